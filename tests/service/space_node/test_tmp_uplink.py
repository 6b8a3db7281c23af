def test_twin(network):
    a=network.joined("wecreate-nyc"); b=network.joined("thecube-london")
    network.twin(a,b)
    from space_node.uplink import queries as q
    print(a.look(lambda s:q.twinning_with(s,"thecube-london")))
    print(a.look(lambda s:[ (x.partner,x.state,x.fault) for x in q.agreements(s)]))
    assert a.look(lambda s:q.twinning_with(s,"thecube-london"))
    assert b.look(lambda s:q.twinning_with(s,"wecreate-nyc"))
