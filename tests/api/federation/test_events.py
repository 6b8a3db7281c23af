"""Events at the hub: only the lead speaks for one, only a host for its session, and only who may see it is told."""

import datetime as dt

from shared.ids import new_id, sha256_hex
from shared.loader import dump_json
from tests.support.wire_events import (
    add_session,
    event_body,
    hold_together,
    invite,
    publish_event,
    put_event,
    put_session,
    reply,
    seen,
    told,
)
from tests.support.wire_space import WireHub, WireSpace, body, good, pointers, slug_of


def test_what_the_lead_says_is_what_the_network_reads(london: WireSpace, nyc: WireSpace) -> None:
    since = nyc.cursor()
    entry = publish_event(london)
    assert (entry["rev"], entry["lead_rev"], entry["lead"], entry["cohosts"]) == (1, 1, london.slug, [])
    assert told(nyc, since, "event.updated") == [entry] == [good(nyc.call("GET", f"/events/{entry['id']}"))]
    assert nyc.snapshot("events") == {f"event/{entry['id']}": entry}


def test_a_repeated_call_changes_nothing_and_another_body_under_its_rev_is_refused(london: WireSpace, nyc: WireSpace) -> None:
    event_id = new_id()
    said = event_body(london, event_id)
    first = good(london.call("PUT", f"/events/{event_id}", said))
    since = nyc.cursor()
    assert good(london.call("PUT", f"/events/{event_id}", said)) == first
    other = london.call("PUT", f"/events/{event_id}", {**said, "title": "Another"})
    assert slug_of(other) == (409, "rev-conflict")
    newer = good(london.call("PUT", f"/events/{event_id}", {**said, "rev": 7, "title": "Newer"}))
    assert good(london.call("PUT", f"/events/{event_id}", {**said, "rev": 6, "title": "Late"})) == newer
    assert [data["title"] for data in told(nyc, since, "event.updated")] == ["Newer"]


def test_another_space_cannot_speak_for_the_lead(london: WireSpace, nyc: WireSpace) -> None:
    """Edge case 33: a valid token of the wrong space changes nothing."""
    event = publish_event(london)
    hold_together(london, event["id"], nyc)
    assert slug_of(put_event(nyc, event["id"], rev=9, title="Mine now")) == (404, "no-such-event")
    assert slug_of(invite(nyc, event["id"], london)) == (404, "no-such-event")
    assert good(london.call("GET", f"/events/{event['id']}"))["title"] == event["title"]


def test_a_draft_never_gets_here_and_what_was_published_can_only_be_cancelled(london: WireSpace) -> None:
    """Edge case 75: deleting is for drafts, which no other space has ever seen."""
    refused = put_event(london, state="draft")
    assert (slug_of(refused), pointers(refused)) == ((422, "event-invalid"), ["/state"])
    event = publish_event(london)
    assert slug_of(put_event(london, event["id"], state="draft")) == (422, "event-invalid")
    assert london.call("DELETE", f"/events/{event['id']}").status_code == 405


def test_cancelling_an_event_cancels_every_session_of_every_host(london: WireSpace, nyc: WireSpace) -> None:
    event = publish_event(london)
    hold_together(london, event["id"], nyc)
    sessions = [add_session(space, event["id"]) for space in (london, nyc)]
    since = nyc.cursor()
    good(put_event(london, event["id"], state="cancelled", note="The roof leaks."))
    gone = told(nyc, since, "session.updated")
    assert {data["id"]: (data["state"], data["sequence"]) for data in gone} == {one["id"]: ("cancelled", 1) for one in sessions}
    assert slug_of(put_session(nyc, event["id"], sessions[1]["id"])) == (409, "event-over")
    assert good(put_session(nyc, event["id"], sessions[1]["id"], state="cancelled", note="Sorry."))["sequence"] == 1


def test_a_cancelled_event_takes_no_new_host(london: WireSpace, nyc: WireSpace, milan: WireSpace) -> None:
    event = publish_event(london)
    good(invite(london, event["id"], nyc))
    good(put_event(london, event["id"], state="cancelled"))
    assert slug_of(invite(london, event["id"], milan)) == (409, "event-over")
    assert slug_of(reply(nyc, event["id"], "accept")) == (409, "event-over")
    assert good(reply(nyc, event["id"], "decline"))["state"] == "cancelled"


def test_an_event_for_twins_is_told_to_the_twins_of_all_who_hold_it(
    london: WireSpace, nyc: WireSpace, milan: WireSpace, hub: WireHub
) -> None:
    nyc.twin(milan)
    event = publish_event(london, reach="twins")
    session = add_session(london, event["id"])
    assert (seen(nyc), seen(milan)) == ([], [])
    assert slug_of(milan.call("GET", f"/events/{event['id']}")) == (404, "no-such-event")
    good(invite(london, event["id"], nyc))
    assert (len(seen(nyc)), seen(milan)) == (1, [])
    since = milan.cursor()
    good(reply(nyc, event["id"], "accept"))
    assert [data["id"] for data in told(milan, since, "event.updated")] == [event["id"]]
    assert [data["id"] for data in told(milan, since, "session.updated")] == [session["id"]]
    assert [data["session_id"] for data in told(milan, since, "seats.updated")] == [session["id"]]


def test_new_twins_learn_of_what_is_open_to_twins(hub: WireHub, london: WireSpace, milan: WireSpace) -> None:
    event = publish_event(london, reach="twins")
    own = publish_event(milan, reach="space")
    session = add_session(london, event["id"])
    hub.reconcile("tell new twins of events")
    since = milan.cursor()
    terms = london.twin(milan)
    assert hub.reconcile("tell new twins of events") == {"tell new twins of events": 1}
    assert [data["id"] for data in told(milan, since, "event.updated")] == [event["id"]]
    assert [data["id"] for data in told(milan, since, "session.updated")] == [session["id"]]
    assert [data["session_id"] for data in told(milan, since, "seats.updated")] == [session["id"]]
    assert own["id"] not in str(seen(london))
    assert hub.reconcile("tell new twins of events") == {"tell new twins of events": 0}
    next_version = {"twinning_id": terms["twinning_id"], "version": 2, "prev_hash": sha256_hex(dump_json(terms))}
    london.twin(milan, **next_version)
    assert [hub.reconcile("tell new twins of events") for _ in range(2)] == [{"tell new twins of events": n} for n in (1, 0)]


def test_narrowing_removes_the_event_where_it_may_not_be_seen_any_more(
    hub: WireHub, london: WireSpace, nyc: WireSpace, milan: WireSpace
) -> None:
    """Edge case 40: who loses sight of an event is told so, and who gains it again gets all of it."""
    london.twin(milan)
    event = publish_event(london)
    session = add_session(london, event["id"])
    since = {space.slug: space.cursor() for space in (nyc, milan, london)}
    narrowed = publish_event(london, event["id"], reach="twins")
    assert told(nyc, since[nyc.slug], "event.removed") == [{"id": event["id"], "rev": narrowed["rev"]}]
    assert told(nyc, since[nyc.slug], "event.updated") == []
    assert told(milan, since[milan.slug], "event.removed") == told(london, since[london.slug], "event.removed") == []
    assert (seen(nyc), len(seen(milan))) == ([], 1)
    assert "seats" not in str(nyc.snapshot("rsvps"))
    since_then = nyc.cursor()
    good(put_event(london, event["id"], reach="public"))
    assert [data["reach"] for data in told(nyc, since_then, "event.updated")] == ["public"]
    assert [data["id"] for data in told(nyc, since_then, "session.updated")] == [session["id"]]
    assert [data["session_id"] for data in told(nyc, since_then, "seats.updated")] == [session["id"]]


def test_an_event_of_one_space_is_nobody_elses(london: WireSpace, nyc: WireSpace) -> None:
    london.twin(nyc)
    since = nyc.cursor()
    event = publish_event(london, reach="space")
    add_session(london, event["id"])
    assert [item["type"] for item in nyc.news(since)[0]] == []
    assert len(seen(london)) == 1


def test_what_the_event_says_is_checked(london: WireSpace) -> None:
    refused = put_event(london, title="", language="english", topics=["x"] * 9, reach="everybody", rev=0)
    assert refused.status_code == 422
    assert sorted(pointers(refused)) == ["/language", "/reach", "/rev", "/title", "/topics"]
    assert good(put_event(london, title="Ünïcode <b>", x_later=1))["title"] == "Ünïcode <b>"
    assert body(london.call("GET", f"/events/{new_id()}"))["status"] == 404


def test_a_suspended_space_publishes_nothing(hub: WireHub, london: WireSpace) -> None:
    event = publish_event(london)
    hub.suspend(london.slug)
    assert slug_of(put_event(london, event["id"])) == (403, "space-not-active")
    assert slug_of(put_session(london, event["id"])) == (403, "space-not-active")


def test_what_was_cancelled_can_be_published_again_and_its_hosts_say_when(london: WireSpace) -> None:
    """Edge case 53: an event that is held after all goes on from where its sequence was."""
    event = publish_event(london)
    session = add_session(london, event["id"])
    good(put_event(london, event["id"], state="cancelled"))
    assert publish_event(london, event["id"])["state"] == "published"
    assert london.snapshot("events")[f"session/{session['id']}"]["state"] == "cancelled"
    again = add_session(london, event["id"], session["id"])
    assert (again["state"], again["sequence"]) == ("scheduled", 2)


def test_events_long_over_leave_the_snapshot(hub: WireHub, london: WireSpace, nyc: WireSpace) -> None:
    event = publish_event(london)
    add_session(london, event["id"])
    hub.clock.advance(dt.timedelta(days=39))
    london.token = nyc.token = ""
    assert seen(nyc) == [f"event/{event['id']}"]
    hub.clock.advance(dt.timedelta(days=60))
    london.token = nyc.token = ""
    assert seen(nyc) == []
    add_session(london, event["id"], on=hub.clock.now().date() + dt.timedelta(days=200))
    assert seen(nyc) == [f"event/{event['id']}"]
