"""The feed as nodes read it: only what is theirs, in order, behind a cursor that nobody can make up; snapshots without a gap."""

import datetime as dt
from urllib.parse import urlencode

import pytest

from federation.db import Feed, FeedCounter, db
from shared.ids import new_id, sha256_hex
from shared.messaging.cursor import Cursors
from shared.messaging.feed import purge, raise_epoch
from shared.protocol.feed import COLLECTIONS
from shared.protocol.registry import FEED_TYPES
from shared.schemas import load
from tests.support.wire_asks import asked, write
from tests.support.wire_events import live_an_event, publish_event
from tests.support.wire_space import MORNING, THURSDAY, WireHub, WireSpace, body, example, good, slug_of

GUEST = new_id()


def changes(space: WireSpace, **query):
    return space.call("GET", f"/changes?{urlencode(query)}")


@pytest.mark.parametrize("query", [{}, {"since": ""}, {"limit": "5"}])
def test_a_reader_without_a_place_is_sent_to_the_snapshot(nyc: WireSpace, query) -> None:
    assert slug_of(changes(nyc, **query)) == (400, "cursor-required")


@pytest.mark.parametrize("since", ["x", "MS4x.AAAA", "é", "a\x00b", "x" * 200, "MS4x.", ".", "MS4x"])
def test_a_made_up_cursor_is_refused(nyc: WireSpace, since: str) -> None:
    assert changes(nyc, since=since).status_code in (400, 422)


def test_a_cursor_of_another_hub_is_refused(nyc: WireSpace) -> None:
    assert slug_of(changes(nyc, since=Cursors(b"another secret").encode("1", 1))) == (400, "cursor-malformed")


@pytest.mark.parametrize("limit", ["0", "501", "many", "1.5", "٣", "-1"])
def test_a_limit_that_cannot_be_is_told(nyc: WireSpace, limit: str) -> None:
    assert changes(nyc, since=nyc.cursor(), limit=limit).status_code == 422


def test_what_is_no_longer_kept_is_gone_and_a_snapshot_goes_on(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    old = nyc.cursor()
    nyc.twin(london)
    hub.run(lambda: purge(db.session(), Feed, FeedCounter, MORNING + dt.timedelta(days=91)))
    assert slug_of(changes(nyc, since=old)) == (410, "cursor-expired")
    assert [data["state"] for data in nyc.snapshot("twinnings").values()] == ["active"]
    assert nyc.news() == ([], nyc.cursor())


def test_after_a_restore_the_reader_is_told_how_far_back_it_reaches(hub: WireHub, nyc: WireSpace) -> None:
    old, restored_to = nyc.cursor(), MORNING - dt.timedelta(hours=1)
    hub.run(lambda: raise_epoch(db.session(), FeedCounter, restored_to=restored_to, now=MORNING))
    answer = changes(nyc, since=old)
    assert slug_of(answer) == (409, "feed-reset")
    assert dt.datetime.fromisoformat(body(answer)["restored_to"]) == restored_to
    assert good(nyc.call("GET", "/self"))["epoch"] == good(hub.client.get("/fed/v1"))["epoch"]


def test_between_a_snapshot_and_the_feed_nothing_is_missing(nyc: WireSpace, london: WireSpace) -> None:
    pages = [good(nyc.call("GET", f"/snapshot/{name}")) for name in COLLECTIONS]
    terms = nyc.twin(london)
    good(nyc.grant(GUEST))
    items, _ = nyc.news(pages[0]["cursor"])
    assert [item["type"] for item in items if item["type"] in ("twinning.updated", "wallet.updated")] == [
        *["twinning.updated"] * 2,
        "wallet.updated",
    ]
    twinning = nyc.snapshot("twinnings")[f"twinning/{terms['twinning_id']}"]
    assert twinning == next(item["data"] for item in reversed(items) if item["type"] == "twinning.updated")


def test_pages_follow_each_other_without_gap_or_repeat(nyc: WireSpace, london: WireSpace) -> None:
    cursor = nyc.cursor()
    for _ in range(5):
        good(nyc.grant(new_id()))
    whole, end = nyc.news(cursor)
    assert len(whole) == 5
    seen, more = [], True
    while more:
        page = good(changes(nyc, since=cursor, limit=2))
        seen, cursor, more = seen + page["items"], page["cursor"], page["more"]
    assert (seen, cursor) == (whole, end)


def test_nobody_reads_what_is_addressed_to_others(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    stranger = hub.join("cowo-milano")
    terms = nyc.twin(london)
    good(london.offer())
    good(nyc.grant(GUEST))
    cursor = stranger.cursor()
    before = london.cursor()
    booking = nyc.book(london, terms, GUEST)
    hub.reconcile()
    assert {item["type"] for item in stranger.news(cursor)[0]} <= {"key-list.updated"}
    assert [data for name in COLLECTIONS[1:] for data in stranger.snapshot(name).values()] == []
    assert {item["subject"] for item in london.news(before)[0]} == {f"booking/{booking['id']}", "key-list"}
    assert london.snapshot("wallets") == {}


def test_the_days_of_a_host_are_one_row_each_however_often_they_change(nyc: WireSpace, london: WireSpace) -> None:
    nyc.twin(london)
    cursor = nyc.cursor()
    for seats in (1, 2, 3):
        good(london.offer(seats=seats))
    [item] = [item for item in nyc.news(cursor)[0] if item["type"] == "availability.updated"]
    assert (item["data"]["morning_free"], item["rev"]) == (3, 3)
    assert item["subject"] == f"availability/{london.slug}/{THURSDAY}"
    assert nyc.snapshot("availability")[item["subject"]] == item["data"]


def test_every_item_is_a_cloud_event_whose_data_fits_its_schema(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    cursor = nyc.cursor()
    terms = nyc.twin(london)
    good(london.publish_status_list())
    good(london.offer())
    good(nyc.grant(GUEST))
    nyc.book(london, terms, GUEST)
    live_an_event(london, nyc)
    asked(london)
    good(write(london, asked(nyc), new_id()))
    a_code = {"guest": new_id(), "code_sha256": sha256_hex(b"a code")}
    good(london.call("POST", "/self/memberships/code", a_code))
    good(nyc.call("POST", "/self/memberships/link", {**a_code, "guest": new_id()}))
    good(nyc.call("POST", "/erasures", {**example("erasure-request"), "id": new_id(), "guest": new_id()}))
    hub.suspend("thecube-london")
    hub.reconcile()
    hub.suspend(nyc.slug)
    items, _ = nyc.news(cursor)
    assert {item["type"] for item in items} == FEED_TYPES.keys()
    epoch = good(hub.client.get("/fed/v1"))["epoch"]
    for item in items:
        load(FEED_TYPES[item["type"]], item["data"])
        assert (item["specversion"], item["epoch"], item["source"]) == ("1.0", epoch, hub.hub.settings.issuer)
    revs: dict[str, list[int]] = {}
    for item in items:
        revs.setdefault(item["subject"], []).append(item["rev"])
    assert all(found == sorted(found) for found in revs.values())


def test_a_long_collection_comes_in_pages_and_what_goes_meanwhile_loses_nothing(
    monkeypatch, nyc: WireSpace, london: WireSpace
) -> None:
    """Edge case 39: a page says where the next one goes on; where that has gone meanwhile, all comes again."""
    monkeypatch.setattr("federation.wire.PAGE_CHARACTERS", 1)
    events = [publish_event(london) for _ in range(3)]
    subjects, after = [], ""
    while after is not None:
        page = good(nyc.call("GET", f"/snapshot/events?{urlencode({'after': after})}"))
        subjects += [item["subject"] for item in page["items"]]
        after = page["next"]
    assert subjects == [f"event/{event['id']}" for event in events]
    publish_event(london, events[1]["id"], reach="space")
    page = good(nyc.call("GET", f"/snapshot/events?{urlencode({'after': subjects[1]})}"))
    assert [item["subject"] for item in page["items"]] == subjects[:1]


@pytest.mark.parametrize("name", ["", "feed", "Spaces", "%00", "é"])
def test_there_are_no_other_collections(nyc: WireSpace, name: str) -> None:
    assert nyc.call("GET", f"/snapshot/{name}").status_code == 404


def test_snapshots_say_what_there_is(nyc: WireSpace, london: WireSpace) -> None:
    terms = nyc.twin(london)
    good(london.offer())
    good(london.publish_status_list())
    good(nyc.grant(GUEST))
    booking = nyc.book(london, terms, GUEST)
    assert nyc.snapshot("spaces").keys() == {
        *(f"standing/{nyc.slug}", f"space/{nyc.slug}", f"space/{london.slug}"),
        *(f"profile/{london.slug}", f"status-list/{london.slug}", "key-list"),
    }
    assert nyc.snapshot("bookings") == {f"booking/{booking['id']}": booking}
    [seen] = london.snapshot("bookings").values()
    assert (seen["guest"], seen["card"]) == (None, nyc.stay()["card"])
    assert nyc.snapshot("availability")[f"availability/{london.slug}/{THURSDAY}"]["morning_free"] == 2
    assert len(nyc.snapshot("wallets")) == 1


def test_a_snapshot_shows_no_day_that_is_over_at_the_host(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    nyc.twin(london)
    good(london.offer())
    hub.clock.advance(dt.timedelta(days=4))
    nyc.token = ""
    assert nyc.snapshot("availability") == {}


def test_stays_that_ended_long_ago_leave_the_snapshot_and_open_ones_never(
    hub: WireHub, nyc: WireSpace, london: WireSpace
) -> None:
    terms = nyc.twin(london)
    good(london.offer())
    good(nyc.grant(GUEST))
    gone = nyc.book(london, terms, GUEST)
    good(nyc.cancel(gone))
    kept = nyc.book(london, terms, GUEST)
    assert len(nyc.snapshot("bookings")) == 2
    hub.clock.advance(dt.timedelta(days=120))
    assert nyc.snapshot("bookings").keys() == {f"booking/{kept['id']}"}
