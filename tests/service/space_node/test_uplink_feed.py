"""News from the hub: each item once, a bad one parked while the next goes on, and the same after a restore of either side."""

import datetime as dt
import json
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from federation.db import Feed, FeedCounter, publish
from federation.spaces import queries as hub_spaces
from shared.clock import FixedClock
from shared.errors import NotFound
from shared.http import Answer, PeerUnreachable
from shared.messaging.numbering import raise_epoch
from shared.protocol.bookings import AvailabilityEntry
from shared.protocol.registry import example
from shared.schemas import load
from space_node.db import Outbox, ReaderState
from space_node.network import queries, service
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service
from space_node.uplink.models import OwnRev
from space_node.uplink.service import exchange
from tests.support.node import Network, NodeWorld, profile_of


@pytest.fixture
def node(network: Network) -> NodeWorld:
    """An active space."""
    return network.joined("cowo-milano")


def tell(network: Network, slug: str, *, rev: int, name: str = "Old Mill", to: str = "*") -> None:
    """The hub tells of a space in the directory."""
    data = {"space": slug, "name": name, "city": "Torino", "country": "IT", "zone": "Europe/Rome", "state": "active"}
    now = network.clock.now()
    network.hub.command(
        lambda session: publish(session, to=[to], type="space.updated", subject=f"space/{slug}", rev=rev, data=data, now=now)
    )


def spoil(network: Network, slug: str, body: dict[str, Any]) -> None:
    """What the hub has written about a space is not what the schema says."""
    spoilt = sa.update(Feed).where(Feed.subject == f"space/{slug}").values(body=body)
    network.hub.command(lambda session: session.execute(spoilt))


def names(node: NodeWorld) -> set[str]:
    return node.look(lambda session: {space.slug for space in uplink.directory(session)})


def parked(node: NodeWorld) -> list[Any]:
    return node.look(lambda session: list(queries.parked_news(session)))


def set_profile(node: NodeWorld, **changed: Any) -> None:
    profile = profile_of(node.slug, **changed)
    node.command(lambda session: service.set_profile(session, profile, now=node.clock.now()))


def outbox(node: NodeWorld) -> list[tuple[str, str]]:
    rows = sa.select(Outbox).order_by(Outbox.id)
    return node.look(lambda session: [(row.kind, row.state) for row in session.scalars(rows)])


def test_a_poisoned_item_is_parked_with_its_reason_and_the_next_good_one_arrives(network: Network, node: NodeWorld) -> None:
    tell(network, "poison", rev=1)
    spoil(network, "poison", {"space": "poison"})
    tell(network, "old-mill", rev=1)
    node.do(exchange.poll)
    assert "old-mill" in names(node)
    (item,) = parked(node)
    assert (item.type, item.subject, item.problem_slug) == ("space.updated", "space/poison", "invalid")
    assert "/name" in item.problem_detail


def test_a_parked_item_can_be_retried_or_given_up(network: Network, node: NodeWorld) -> None:
    tell(network, "poison", rev=1)
    spoil(network, "poison", {"space": "poison"})
    node.do(exchange.poll)
    (item,) = parked(node)
    assert node.command(lambda session: service.retry_news(session, node.node, item.id)) is False
    node.command(lambda session: service.discard_news(session, node.node, item.id))
    assert parked(node) == []
    with pytest.raises(NotFound):
        node.command(lambda session: service.discard_news(session, node.node, item.id))


def test_older_news_changes_nothing(network: Network, node: NodeWorld) -> None:
    tell(network, "old-mill", rev=7, name="New Mill")
    tell(network, "old-mill", rev=3, name="Old Mill")
    node.do(exchange.poll)
    held = node.look(lambda session: uplink.space(session, "old-mill"))
    assert held is not None
    assert (held.name, held.rev, held.as_of) == ("New Mill", 7, node.clock.now())


def test_an_older_word_on_a_twins_day_changes_nothing(network: Network, node: NodeWorld) -> None:
    day, now = load(AvailabilityEntry, example("availability.updated")), network.clock.now()
    about = {"type": "availability.updated", "subject": f"availability/{day['host']}/{day['on']}", "now": now}
    for rev, free in ((7, 1), (3, 3)):
        data = day | {"morning_free": free}
        network.hub.command(lambda session, rev=rev, data=data: publish(session, to=["*"], rev=rev, data=data, **about))
    node.do(exchange.poll)
    held = node.look(lambda session: uplink.availability(session, day["host"], day["on"]))
    assert held is not None
    assert (held.morning_free, held.as_of) == (1, now)


def test_the_hub_learns_how_far_a_node_has_read_and_what_waits(network: Network, node: NodeWorld, clock: FixedClock) -> None:
    network.transport.plan("drop_request", at="/self/profile")
    set_profile(node, city="Roma")
    clock.advance(dt.timedelta(minutes=2))
    node.do(exchange.poll)
    seen = network.hub.look(lambda session: hub_spaces.require(session, node.slug))
    assert seen.last_seen_at == clock.now()
    assert seen.outbox_oldest_at == clock.now() - dt.timedelta(minutes=2)
    node.sync()
    clock.advance(dt.timedelta(minutes=2))
    node.do(exchange.poll)
    assert network.hub.look(lambda session: hub_spaces.require(session, node.slug).outbox_oldest_at) is None


def test_a_cut_is_noted_and_everything_goes_out_after_it(network: Network, node: NodeWorld, clock: FixedClock) -> None:
    network.transport.cut()
    set_profile(node, city="Roma")
    with pytest.raises(PeerUnreachable):
        node.do(exchange.poll)
    contact = node.look(uplink.hub_contact)
    assert (contact.last_fault, contact.waiting_count) == ("peer-unreachable", 1)
    clock.advance(dt.timedelta(days=30))
    network.transport.heal()
    node.do(exchange.poll)
    node.sync()
    contact = node.look(uplink.hub_contact)
    assert (contact.last_fault, contact.last_ok_at, contact.waiting_count) == (None, clock.now(), 0)
    assert network.hub.look(lambda session: hub_spaces.require(session, node.slug).city) == "Roma"


def test_a_suspended_space_keeps_its_commands_and_sends_them_when_it_is_reinstated(network: Network, node: NodeWorld) -> None:
    network.hub.suspend(node.slug, "It is being rebuilt.")
    node.do(exchange.poll)
    own = node.look(uplink.require_identity)
    assert (own.state, own.state_reason) == ("suspended", "It is being rebuilt.")
    set_profile(node, city="Roma")
    assert node.look(uplink.hub_contact).held_count == 1
    network.hub.reinstate(node.slug)
    node.sync()
    assert node.look(uplink.hub_contact).held_count == 0
    assert network.hub.look(lambda session: hub_spaces.require(session, node.slug).city) == "Roma"


def test_a_refused_command_is_parked_and_can_be_sent_again_or_given_up(network: Network, node: NodeWorld) -> None:
    def refuse(_method: str, path: str, answer: Answer) -> Answer:
        problem = {"type": "https://twindesk.example/problems/rev-conflict", "detail": "Not this one.", "rev": 2}
        return Answer(409, {}, json.dumps(problem).encode()) if path.endswith("/self/profile") else answer

    network.transport.tamper = refuse
    set_profile(node, city="Roma")
    (row,) = node.look(lambda session: list(queries.parked_messages(session)))
    assert row.problem_slug == "rev-conflict"
    network.transport.tamper = None
    node.command(lambda session: service.retry_message(session, row.id, now=node.clock.now()))
    assert outbox(node)[-1] == ("profile", "answered")
    network.transport.tamper = refuse
    set_profile(node, city="Bari")
    (row,) = node.look(lambda session: list(queries.parked_messages(session)))
    node.command(lambda session: service.discard_message(session, row.id))
    assert node.look(uplink.hub_contact).parked_count == 0


def test_after_a_restore_of_the_hub_the_node_sends_again_what_the_hub_forgot(
    network: Network, node: NodeWorld, clock: FixedClock
) -> None:
    backup_at = clock.now()
    before = network.hub.look(lambda session: dict(hub_spaces.require(session, node.slug).profile or {}))
    clock.advance(dt.timedelta(hours=1))
    set_profile(node, city="Roma")
    clock.advance(dt.timedelta(hours=1))

    def restore(session: Session) -> None:
        space = hub_spaces.require(session, node.slug)
        space.profile, space.profile_rev, space.profile_sha256, space.city = before, 1, None, "Milano"
        raise_epoch(session, FeedCounter, restored_to=backup_at, now=clock.now())

    epoch = node.look(uplink.epoch)
    network.hub.command(restore)
    for _ in range(2):
        node.do(exchange.poll)
        node.sync()
        network.hub.work()
    assert network.hub.look(lambda session: hub_spaces.require(session, node.slug).city) == "Roma"
    assert node.look(uplink.epoch) > epoch
    assert node.look(uplink.hub_contact).waiting_count == 0


def test_a_node_restored_from_a_backup_goes_on_above_the_revs_that_the_hub_holds(network: Network, node: NodeWorld) -> None:
    for city in ("Roma", "Bari", "Pisa"):
        set_profile(node, city=city)

    def restore(session: Session) -> None:
        session.execute(sa.update(OwnRev).values(rev=1))
        session.execute(sa.update(ReaderState).values(cursor=""))

    node.command(restore)
    node.do(exchange.poll)
    set_profile(node, city="Lecce")
    assert network.hub.look(lambda session: hub_spaces.require(session, node.slug).city) == "Lecce"


def test_a_reader_whose_place_is_no_longer_kept_takes_a_snapshot(network: Network, node: NodeWorld) -> None:
    tell(network, "old-mill", rev=1)

    def forget(session: Session) -> None:
        counter = session.scalars(sa.select(FeedCounter)).one()
        counter.floor_seq = counter.next_seq - 1
        session.execute(sa.delete(Feed))

    network.hub.command(forget)
    asked = len(network.transport.asked("/snapshot/spaces"))
    node.sync()
    assert len(network.transport.asked("/snapshot/spaces")) == asked + 1
    tell(network, "new-mill", rev=1)
    node.do(exchange.poll)
    assert "new-mill" in names(node)


def test_a_snapshot_of_many_pages_is_read_to_its_end(monkeypatch, network: Network, node: NodeWorld) -> None:
    """Edge case 39: not only the first page."""
    others = [network.joined(slug).slug for slug in ("thecube-london", "wecreate-nyc")]
    monkeypatch.setattr("federation.wire.PAGE_CHARACTERS", 1)
    asked = len(network.transport.asked("/snapshot/spaces"))
    node.do(exchange.take_snapshots)
    assert len(network.transport.asked("/snapshot/spaces")) > asked + len(others)
    assert names(node) >= set(others)


def test_an_access_token_that_the_hub_forgot_is_renewed_once(network: Network, node: NodeWorld) -> None:
    """Edge case 37: one refused token takes nothing away."""
    tokens = len(network.transport.asked("/oauth/token"))
    session = node.do(uplink_service.hub_session)
    session._token = "forged"
    node.do(exchange.poll)
    assert len(network.transport.asked("/oauth/token")) == tokens + 1


def test_nothing_is_asked_before_the_space_has_joined(network: Network) -> None:
    node = network.node("cowo-torino")
    assert (node.do(exchange.poll), node.do(exchange.deliver), node.do(exchange.fetch_lists)) == (0, 0, 0)
    assert network.transport.log == []
