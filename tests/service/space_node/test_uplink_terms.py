"""Agreements: in force only with both signatures, whatever the hub says."""

import datetime as dt
import json
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.clock import FixedClock
from shared.errors import Invalid
from shared.http import Answer
from shared.keys import jws
from shared.keys.ring import KeyRing
from shared.machine_session import ClockWrong
from shared.protocol.states import Part
from space_node.db import ReaderState
from space_node.network import queries
from space_node.network.errors import NoOpenProposal, PartnerUnknown, ProposalPending
from space_node.uplink import queries as uplink
from space_node.uplink.errors import TermsNotBelieved
from space_node.uplink.models import KeyListCopy, MirrorTwinning
from space_node.uplink.service import exchange
from tests.support.agreeing import TERMS, activated, agree, lie, propose, with_partner
from tests.support.node import Network, NodeWorld
from tests.support.towns import founded, strangers

network = founded(strangers)


def test_terms_are_in_force_once_both_have_signed(nyc: NodeWorld, london: NodeWorld) -> None:
    propose(nyc, london.slug)
    assert with_partner(nyc).waits_for_them
    london.sync()
    offered = with_partner(london)
    assert offered.waits_for_us
    assert offered.terms is None
    agree(london, nyc.slug)
    nyc.sync()
    london.sync()
    for node, partner in ((nyc, london), (london, nyc)):
        terms = node.look(lambda session, slug=partner.slug: uplink.twinning_with(session, slug))
        assert terms is not None
        assert (terms.price("wecreate-nyc", Part.DAY), terms.price("thecube-london", Part.MORNING)) == (100, 75)
        (twin,) = node.look(uplink.twin_spaces)
        assert (twin.slug, twin.is_live, twin.profile is not None) == (partner.slug, True, True)
        assert node.look(uplink.pinned_roots) == {partner.slug: partner.node.root_thumbprint}


def test_new_terms_follow_the_ones_in_force_and_replace_them(network: Network, nyc: NodeWorld, london: NodeWorld) -> None:
    network.twin(nyc, london)
    propose(london, nyc.slug, our_price_credits=200)
    nyc.sync()
    held = with_partner(nyc)
    assert (held.active_version, held.version, held.waits_for_us) == (1, 2, True)
    assert held.terms is not None
    assert held.terms.price("thecube-london", Part.DAY) == 150
    agree(nyc, london.slug)
    now = with_partner(nyc)
    assert now.terms is not None
    assert (now.active_version, now.terms.price("thecube-london", Part.DAY)) == (2, 200)


def test_a_counter_proposal_takes_the_place_of_the_first(nyc: NodeWorld, london: NodeWorld) -> None:
    propose(nyc, london.slug)
    london.sync()
    propose(london, nyc.slug, their_price_credits=120)
    nyc.sync()
    held = with_partner(nyc)
    assert (held.version, held.waits_for_us) == (2, True)
    assert held.offered is not None
    assert held.offered.price("wecreate-nyc", Part.DAY) == 120
    with pytest.raises(NoOpenProposal):
        agree(london, nyc.slug)


def test_terms_whose_consent_the_hub_made_up_are_not_believed(network: Network, nyc: NodeWorld, london: NodeWorld) -> None:
    forger = KeyRing(nyc.settings.data_dir / "forger")
    now = nyc.clock.now()
    forged = forger.ensure("signing", now)
    propose(nyc, london.slug)
    lie(network, lambda data: activated(data, jws.sign(jws.read_unverified(data["proposal"], typ=TERMS), key=forged, typ=TERMS)))
    nyc.sync()
    held = with_partner(nyc)
    assert (held.state, held.terms, held.fault) == ("active", None, "signature-unknown-key")
    assert nyc.look(uplink.twin_spaces) == []
    assert nyc.look(uplink.pinned_roots) == {}


def test_one_side_cannot_sign_for_both(network: Network, nyc: NodeWorld, london: NodeWorld) -> None:
    propose(nyc, london.slug)
    # London's node is in league with the hub: it signs what New York is said to have proposed, and agrees to it.
    signing = london.node.ring.active("signing", london.clock.now())

    def alone(data: dict[str, Any]) -> dict[str, Any]:
        terms = jws.read_unverified(data["proposal"], typ=TERMS)
        terms["offers"][0]["price_day_credits"] = 9_900
        document = jws.sign(terms, key=signing, typ=TERMS)
        return activated({**data, "proposal": document}, document)

    lie(network, alone)
    nyc.sync()
    assert with_partner(nyc).fault == "signature-unknown-key"
    assert nyc.look(uplink.partners) == []


def test_a_consent_to_other_terms_is_no_consent(network: Network, nyc: NodeWorld, london: NodeWorld) -> None:
    propose(nyc, london.slug)
    signing = london.node.ring.active("signing", london.clock.now())

    def dearer(data: dict[str, Any]) -> dict[str, Any]:
        terms = jws.read_unverified(data["proposal"], typ=TERMS)
        return activated(data, jws.sign(terms | {"no_show_percent": 50}, key=signing, typ=TERMS))

    lie(network, dearer)
    nyc.sync()
    assert with_partner(nyc).fault == "two-payloads"


def test_a_signed_agreement_cannot_be_passed_off_as_another(network: Network, nyc: NodeWorld, london: NodeWorld) -> None:
    network.twin(nyc, london)
    lie(network, lambda data: {**data, "active_version": 2})
    propose(nyc, london.slug)
    nyc.sync()
    assert with_partner(nyc).fault == "other-terms"
    assert nyc.look(uplink.partners) == []


def test_news_about_other_spaces_agreements_is_parked(network: Network, nyc: NodeWorld, london: NodeWorld) -> None:
    propose(nyc, london.slug)
    lie(network, lambda data: {**data, "spaces": ["old-mill", "thecube-london"]})
    nyc.sync()
    (item,) = nyc.look(lambda session: list(queries.parked_news(session)))
    assert item.problem_slug == "terms-not-believed"


def test_terms_proven_once_stay_in_force_while_a_list_lacks_the_keys(network: Network, nyc: NodeWorld, london: NodeWorld) -> None:
    network.twin(nyc, london)

    def emptied(_method: str, path: str, answer: Answer) -> Answer:
        if not path.endswith("/key-list"):
            return answer
        held = nyc.look(lambda session: session.get_one(KeyListCopy, 1))
        payload = {"seq": held.seq + 1, "prev_hash": held.payload_sha256, "issued_at": "2026-03-03T08:00:00Z", "spaces": []}
        key = network.hub.hub.ring.active("signing", nyc.clock.now())
        document = jws.sign(payload, key=key, typ="key-list+jwt")
        return Answer(200, {}, json.dumps(json.loads(answer.body) | {"key_list": document}).encode())

    network.transport.tamper = emptied
    nyc.do(lambda: exchange.fetch_lists(everything=True))
    assert nyc.look(lambda session: uplink.root_thumbprint_of(session, london.slug)) is None
    propose(london, nyc.slug, our_price_credits=200)
    nyc.do(exchange.poll)
    assert with_partner(nyc).version == 2
    assert nyc.look(uplink.partners) == [london.slug]
    with pytest.raises(TermsNotBelieved):
        agree(nyc, london.slug)


def test_terms_that_come_before_the_keys_are_believed_as_soon_as_the_keys_are_there(
    network: Network, nyc: NodeWorld, london: NodeWorld
) -> None:
    network.twin(nyc, london)

    def restore(session: Session) -> None:
        """An old backup: neither the agreement nor a key list."""
        session.execute(sa.delete(MirrorTwinning))
        session.execute(sa.update(KeyListCopy).values(document=None, seq=0, wanted_seq=0, payload_sha256=None))
        session.execute(sa.update(ReaderState).values(cursor=""))

    nyc.command(restore)
    nyc.do(exchange.poll)
    assert with_partner(nyc).fault == "keys-unknown"
    assert nyc.look(uplink.partners) == []
    nyc.do(exchange.fetch_lists)
    assert with_partner(nyc).fault is None
    assert nyc.look(uplink.partners) == [london.slug]


def test_a_proposal_made_while_the_hub_is_away_goes_out_later(
    network: Network, nyc: NodeWorld, london: NodeWorld, clock: FixedClock
) -> None:
    network.transport.cut()
    propose(nyc, london.slug)
    assert with_partner(nyc).on_its_way
    with pytest.raises(ProposalPending):
        propose(nyc, london.slug)
    network.transport.heal()
    nyc.do(exchange.poll)
    clock.advance(dt.timedelta(minutes=1))
    nyc.sync()
    assert with_partner(nyc).waits_for_them


def test_a_refused_proposal_leaves_nothing_but_its_parked_row(network: Network, nyc: NodeWorld, london: NodeWorld) -> None:
    network.hub.suspend(london.slug)
    propose(nyc, london.slug)
    assert nyc.look(queries.agreements) == []
    (row,) = nyc.look(lambda session: list(queries.parked_messages(session)))
    assert row.problem_slug == "twin-unknown"


def test_nobody_proposes_to_a_space_without_known_keys_or_to_itself(nyc: NodeWorld) -> None:
    for slug in ("old-mill", nyc.slug):
        with pytest.raises(PartnerUnknown):
            propose(nyc, slug)


def test_terms_beyond_what_the_wire_allows_are_refused_before_they_are_signed(nyc: NodeWorld, london: NodeWorld) -> None:
    with pytest.raises(Invalid) as refused:
        propose(nyc, london.slug, days_a_month=40)
    assert refused.value.errors[0]["pointer"] == "/offers/0/days_a_month"
    assert nyc.look(queries.agreements) == []


def test_nothing_is_signed_while_the_clock_is_wrong(network: Network, nyc: NodeWorld, london: NodeWorld) -> None:
    network.transport.skew_seconds = -900
    nyc.do(exchange.poll)
    with pytest.raises(ClockWrong):
        propose(nyc, london.slug)
