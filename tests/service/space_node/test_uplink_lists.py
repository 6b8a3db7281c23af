"""Key list and status lists: fetched on news and on a timer, never going back, never without the right signature."""

import datetime as dt
import json
import os
from typing import Any

import pytest

from shared.clock import FixedClock
from shared.http import Answer
from shared.keys import jws, status_list
from shared.keys.status_list import Status, StatusList
from space_node.uplink import queries as uplink
from space_node.uplink.models import KeyListCopy, StatusListCopy
from space_node.uplink.service import exchange
from tests.support.forged_documents import forgeries
from tests.support.node import Network, NodeWorld
from tests.support.towns import founded, twins

LIST = "key-list+jwt"
# How many of the forgeries come to a list; all of them: `make hostile`.
EACH = int(os.environ.get("TWINDESK_HOSTILE", "1"))


network = founded(twins)


def held(node: NodeWorld) -> KeyListCopy:
    return node.look(lambda session: session.get_one(KeyListCopy, 1))


def kept(node: NodeWorld, twin: NodeWorld) -> tuple[int, int]:
    return held(node).seq, node.look(lambda session: session.get_one(StatusListCopy, twin.slug).rev)


def answer_with(network: Network, end: str, **changed: Any) -> None:
    def tamper(_method: str, path: str, answer: Answer) -> Answer:
        if not path.endswith(end) or answer.status != 200:
            return answer
        return Answer(200, answer.headers, json.dumps(json.loads(answer.body) | changed).encode())

    network.transport.tamper = tamper


def fetch(node: NodeWorld) -> None:
    node.do(lambda: exchange.fetch_lists(everything=True))


def hub_signed(network: Network, payload: dict[str, Any]) -> str:
    return jws.sign(payload, key=network.hub.hub.ring.active("signing", network.clock.now()), typ=LIST)


def test_a_key_list_that_goes_back_is_refused_and_the_one_held_stays(network: Network, nyc: NodeWorld) -> None:
    old = held(nyc).document
    network.joined("old-mill")
    nyc.sync()
    newer = held(nyc)
    assert newer.document != old
    answer_with(network, "/key-list", key_list=old)
    fetch(nyc)
    after = held(nyc)
    assert (after.seq, after.document, after.fault) == (newer.seq, newer.document, "key-list-invalid: goes_back")


def test_a_key_list_that_forks_from_the_one_held_is_refused(network: Network, nyc: NodeWorld) -> None:
    now = held(nyc)
    payload = jws.read_unverified(now.document or "", typ=LIST, max_bytes=2_000_000)
    fork = payload | {"seq": now.seq + 1, "prev_hash": "0" * 64, "spaces": []}
    answer_with(network, "/key-list", key_list=hub_signed(network, fork))
    fetch(nyc)
    assert held(nyc).fault == "key-list-invalid: forked"
    assert nyc.look(lambda session: uplink.root_thumbprint_of(session, nyc.slug)) == nyc.node.root_thumbprint


def test_a_key_list_that_the_hub_did_not_sign_is_refused(network: Network, nyc: NodeWorld) -> None:
    now = held(nyc)
    payload = jws.read_unverified(now.document or "", typ=LIST, max_bytes=2_000_000) | {"seq": now.seq + 1}
    forged = jws.sign(payload, key=nyc.node.ring.active("signing", nyc.clock.now()), typ=LIST)
    answer_with(network, "/key-list", key_list=forged)
    fetch(nyc)
    assert held(nyc).fault == "signer-unknown: unknown-key"


def test_no_forgery_takes_the_place_of_a_list_and_the_good_one_after_it_does(
    network: Network, nyc: NodeWorld, london: NodeWorld
) -> None:
    now, first = nyc.clock.now(), held(nyc)
    payload = jws.read_unverified(first.document or "", typ=LIST, max_bytes=2_000_000)
    payload |= {"seq": first.seq + 1, "prev_hash": first.payload_sha256}
    ours, theirs = network.hub.hub.ring.active("signing", now), london.node.ring.active("passport", now)
    lists = {
        "/key-list": ("key_list", jws.sign(payload, key=ours, typ=LIST), ours),
        f"/status-lists/{london.slug}": ("status_list", status_list.sign(StatusList(), theirs, london.slug, now, 99), theirs),
    }
    for end, (name, good, key) in lists.items():
        before = kept(nyc, london)
        forged = list(forgeries(good, key=key, stranger=nyc.node.ring.active("signing", now)).values())
        for text in forged[:: max(1, 12 // EACH)]:
            answer_with(network, end, **{name: text})
            fetch(nyc)
            assert kept(nyc, london) == before, text
        answer_with(network, end, **{name: good})
        fetch(nyc)
        assert kept(nyc, london) != before


def test_a_key_list_cannot_bring_another_root_for_a_twin(network: Network, nyc: NodeWorld, london: NodeWorld) -> None:
    now = held(nyc)
    payload = jws.read_unverified(now.document or "", typ=LIST, max_bytes=2_000_000)
    stranger = network.joined("old-mill")
    nyc.sync()
    newest = held(nyc)
    payload = jws.read_unverified(newest.document or "", typ=LIST, max_bytes=2_000_000)
    theirs = next(entry for entry in payload["spaces"] if entry["slug"] == stranger.slug)
    swapped = [entry if entry["slug"] != london.slug else theirs | {"slug": london.slug} for entry in payload["spaces"]]
    document = hub_signed(network, payload | {"seq": newest.seq + 1, "prev_hash": newest.payload_sha256, "spaces": swapped})
    answer_with(network, "/key-list", key_list=document)
    fetch(nyc)
    assert held(nyc).seq == newest.seq + 1
    assert nyc.look(lambda session: uplink.keys_of(session, london.slug, "signing", nyc.clock.now())) == {}
    assert nyc.look(uplink.partners) == [london.slug]


def test_the_key_list_is_fetched_on_news_and_on_a_timer(network: Network, nyc: NodeWorld, clock: FixedClock) -> None:
    asked = len(network.transport.asked("/key-list"))
    nyc.do(exchange.fetch_lists)
    assert len(network.transport.asked("/key-list")) == asked
    clock.advance(dt.timedelta(minutes=16))
    nyc.do(exchange.fetch_lists)
    assert len(network.transport.asked("/key-list")) == asked + 1
    assert nyc.look(lambda session: uplink.key_list_age(session, clock.now())) == dt.timedelta(0)
    network.joined("old-mill")
    nyc.do(exchange.poll)
    nyc.do(exchange.fetch_lists)
    assert nyc.look(lambda session: uplink.encryption_key(session, "old-mill", clock.now())) is not None


def test_a_list_that_does_not_hold_is_not_asked_for_at_every_look(network: Network, nyc: NodeWorld) -> None:
    answer_with(network, "/key-list", key_list="x.y.z")
    fetch(nyc)
    asked = len(network.transport.asked("/key-list"))
    nyc.do(exchange.fetch_lists)
    assert len(network.transport.asked("/key-list")) == asked


def test_a_hub_that_signs_with_a_new_key_is_still_believed(network: Network, nyc: NodeWorld, clock: FixedClock) -> None:
    network.hub.hub.ring.create("signing", clock.now())
    network.joined("old-mill")
    nyc.sync()
    assert held(nyc).fault is None
    assert nyc.look(lambda session: uplink.root_thumbprint_of(session, "old-mill")) is not None


def test_a_twins_status_list_arrives_with_its_age(network: Network, nyc: NodeWorld, london: NodeWorld, clock: FixedClock) -> None:
    found = nyc.look(lambda session: uplink.status_list(session, london.slug, clock.now()))
    assert found is not None
    statuses, vouched_at = found
    assert (statuses.issuer, vouched_at) == (london.slug, clock.now())
    assert nyc.look(lambda session: uplink.status_list(session, "old-mill", clock.now())) is None


@pytest.mark.parametrize("forged_by", ["hub", "stranger"])
def test_a_status_list_that_the_twin_did_not_sign_is_refused(
    network: Network, nyc: NodeWorld, london: NodeWorld, forged_by: str
) -> None:
    statuses, now = StatusList(), nyc.clock.now()
    statuses.set(5, Status.INVALID)
    rings = {"hub": (network.hub.hub.ring, "signing"), "stranger": (nyc.node.ring, "passport")}
    ring, use = rings[forged_by]
    document = status_list.sign(statuses, ring.active(use, now), london.slug, now, 99)
    answer_with(network, f"/status-lists/{london.slug}", status_list=document, rev=99)
    before = nyc.look(lambda session: session.get_one(StatusListCopy, london.slug).rev)
    fetch(nyc)
    after = nyc.look(lambda session: session.get_one(StatusListCopy, london.slug))
    assert (after.rev, after.fault) == (before, "signer-unknown: unknown-key")
    assert nyc.look(lambda session: uplink.status_list(session, london.slug, now)) is not None


def test_a_status_list_that_goes_back_is_refused(network: Network, nyc: NodeWorld, london: NodeWorld) -> None:
    now = nyc.clock.now()
    key = london.node.ring.active("passport", now)
    for rev, fault in ((50, None), (49, "status-list-invalid: goes-back")):
        document = status_list.sign(StatusList(), key, london.slug, now, rev)
        answer_with(network, f"/status-lists/{london.slug}", status_list=document, rev=rev)
        fetch(nyc)
        after = nyc.look(lambda session: session.get_one(StatusListCopy, london.slug))
        assert (after.rev, after.fault) == (50, fault)


def test_new_keys_of_a_space_reach_its_twins(network: Network, nyc: NodeWorld, london: NodeWorld, clock: FixedClock) -> None:
    clock.advance(dt.timedelta(hours=2))
    new = london.node.ring.create("encryption", clock.now())
    london.sync()
    nyc.sync()
    found = nyc.look(lambda session: uplink.encryption_key(session, london.slug, clock.now()))
    assert found is not None
    assert found.thumbprint() == new.thumbprint()
