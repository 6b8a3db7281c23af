import time
from tests.support.wire_space import THURSDAY
def test_story(hub):
    t=time.time()
    nyc=hub.join("wecreate-nyc"); london=hub.join("thecube-london")
    print("join", time.time()-t); t=time.time()
    terms=nyc.twin(london)
    assert london.offer().status_code==200
    g="019ab3c0-0000-7000-8000-00000000000a"
    r=nyc.grant(g); assert r.status_code==200, r.text
    r=nyc.request(london, terms, g); assert r.status_code==200, r.text
    b=r.json["bookings"][0]; print(b)
    assert b["state"]=="confirmed"
    print("rest", time.time()-t)
