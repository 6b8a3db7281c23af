"""What the hub says about agreements, lists and itself is doubted as far as signatures can tell."""

from typing import Any

import pytest
import sqlalchemy as sa

from federation.trust.models import StatusListCopy as HubsCopy
from shared.http import Answer
from shared.keys import jws
from shared.loader import dump_json
from shared.protocol.version import BASE_PATH
from space_node.network.errors import HubNotTrusted, NoOpenProposal
from space_node.uplink import queries as uplink
from space_node.uplink.errors import NotJoined
from space_node.uplink.models import StatusListCopy
from space_node.uplink.service import exchange, outgoing, own
from tests.support.agreeing import TERMS, activated, agree, lie, propose, with_partner
from tests.support.node import Network, NodeWorld
from tests.support.towns import founded, strangers

network = founded(strangers)


def signed_by(node: NodeWorld, terms: dict[str, Any]) -> str:
    return jws.sign(terms, key=node.node.ring.active("signing", node.clock.now()), typ=TERMS)


def fault_of_what_the_hub_tells(network: Network, nyc: NodeWorld, london: NodeWorld, **told: Any) -> str | None:
    """New York proposes; then the hub tells that it is in force, by these documents."""
    propose(nyc, london.slug)
    lie(network, lambda data: {**activated(data, data["proposal"]), **told})
    nyc.sync()
    assert nyc.look(uplink.partners) == []
    return with_partner(nyc).fault


def test_an_agreement_without_a_second_signature_is_not_in_force(network: Network, nyc: NodeWorld, london: NodeWorld) -> None:
    assert fault_of_what_the_hub_tells(network, nyc, london, active_consent=None) == "unsigned"


@pytest.mark.parametrize("document", ["no document", "e30.e30.e30"])
def test_a_proposal_that_nobody_can_read_is_nobodys(network: Network, nyc: NodeWorld, london: NodeWorld, document: str) -> None:
    assert fault_of_what_the_hub_tells(network, nyc, london, active_proposal=document) == "other-proposer"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"proposer": "old-mill"}, "other-proposer"),
        ({"no_show_percent": 900}, "invalid"),
        ({"root_thumbprints": {"wecreate-nyc": "a" * 43, "thecube-london": "b" * 43}}, "other-root"),
    ],
)
def test_what_is_signed_must_be_about_this_agreement(
    network: Network, nyc: NodeWorld, london: NodeWorld, change: dict[str, Any], fault: str
) -> None:
    propose(nyc, london.slug)

    def told(data: dict[str, Any]) -> dict[str, Any]:
        terms = jws.read_unverified(data["proposal"], typ=TERMS) | change
        return activated({**data, "proposal": signed_by(nyc, terms)}, signed_by(london, terms))

    lie(network, told)
    nyc.sync()
    assert with_partner(nyc).fault == fault
    assert nyc.look(uplink.partners) == []


def test_an_offer_that_cannot_be_read_is_none(network: Network, nyc: NodeWorld, london: NodeWorld) -> None:
    propose(london, nyc.slug)
    lie(network, lambda data: {**data, "proposal": "e30.e30.e30"})
    nyc.sync()
    assert not with_partner(nyc).waits_for_us
    with pytest.raises(NoOpenProposal):
        agree(nyc, london.slug)


def test_new_terms_that_the_hub_refuses_leave_the_old_ones_in_force(network: Network, nyc: NodeWorld, london: NodeWorld) -> None:
    network.twin(nyc, london)
    network.hub.suspend(london.slug)
    propose(nyc, london.slug, our_price_credits=300)
    held = with_partner(nyc)
    assert (held.active_version, held.on_its_way) == (1, False)
    assert held.fault is not None


def test_a_status_list_that_the_hub_has_lost_leaves_the_one_held(network: Network, nyc: NodeWorld, london: NodeWorld) -> None:
    network.twin(nyc, london)
    network.sync()
    network.hub.command(lambda session: session.execute(sa.delete(HubsCopy).where(HubsCopy.space == london.slug)))
    nyc.do(lambda: exchange.fetch_lists(everything=True))
    held = nyc.look(lambda session: session.get_one(StatusListCopy, london.slug))
    assert held.fault is not None
    assert nyc.look(lambda session: uplink.status_list(session, london.slug, nyc.clock.now())) is not None


def test_a_hub_that_gives_itself_another_name_is_not_joined(network: Network) -> None:
    def renamed(_method: str, path: str, answer: Answer) -> Answer:
        if path != BASE_PATH:
            return answer
        return Answer(200, answer.headers, dump_json(answer.json() | {"issuer": "https://elsewhere.test"}))

    node = network.node("old-mill")
    network.transport.tamper = renamed
    with pytest.raises(HubNotTrusted):
        node.join(network.hub.invite("old-mill"))
    with pytest.raises(NotJoined):
        node.look(uplink.require_identity)


def test_a_space_is_taken_once_and_has_revs_for_its_own_states_alone(nyc: NodeWorld) -> None:
    before = nyc.look(uplink.require_identity)
    nyc.command(lambda session: own.applied(session, {"state": "invited"}, now=nyc.clock.now()))
    after = nyc.look(uplink.require_identity)
    assert (after.applied_at, after.state) == (before.applied_at, before.state)
    with pytest.raises(KeyError):
        nyc.command(lambda session: outgoing.next_rev(session, "weather"))
