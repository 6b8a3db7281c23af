"""Sessions at the hub: the truth is what the host's clocks show; the hub works out the instant, and relays keep to it."""

import datetime as dt

import pytest

from federation.db import db
from federation.events.models import EventSession
from shared.ids import new_id
from tests.support.wire_events import (
    NEXT_THURSDAY,
    add_session,
    hold_together,
    open_session,
    publish_event,
    put_session,
    session_body,
    told,
)
from tests.support.wire_space import WireHub, WireSpace, body, good, pointers, slug_of


def at(text: str) -> dict[str, str]:
    """Start then, on the clocks of the place, and let seats be taken until long before."""
    on, _, clock = text.partition("T")
    return {"on": dt.date.fromisoformat(on), "at": clock}


@pytest.fixture
def event(london: WireSpace, nyc: WireSpace, milan: WireSpace) -> str:
    """An event that the three hold together."""
    found = publish_event(london)["id"]
    hold_together(london, found, nyc, milan)
    return found


def test_a_session_is_told_to_all_who_see_the_event(event: str, nyc: WireSpace, milan: WireSpace) -> None:
    since = milan.cursor()
    entry = add_session(nyc, event, at="12:30", duration_minutes=90)
    assert (entry["host"], entry["rev"], entry["host_rev"], entry["sequence"]) == (nyc.slug, 1, 1, 0)
    assert (entry["starts_at"], entry["ends_at"]) == ("2026-11-19T17:30:00Z", "2026-11-19T19:00:00Z")
    assert entry["previous_starts_at"] is None
    assert told(milan, since, "session.updated") == [entry] == [milan.snapshot("events")[f"session/{entry['id']}"]]
    assert {one["session_id"] for one in told(milan, since, "seats.updated")} == {entry["id"]}


def test_only_a_host_of_the_event_holds_sessions_and_only_its_own(event: str, london: WireSpace, nyc: WireSpace, hub) -> None:
    session = add_session(nyc, event)
    assert slug_of(put_session(london, event, session["id"], rev=9)) == (404, "no-such-session")
    other = publish_event(nyc)["id"]
    assert slug_of(put_session(nyc, other, session["id"], rev=9)) == (404, "no-such-session")
    stranger = hub.join("cowo-torino")
    assert slug_of(put_session(stranger, event)) == (404, "no-such-event")
    assert slug_of(put_session(stranger, new_id())) == (404, "no-such-event")


def test_a_session_is_kept_by_its_hosts_rev(event: str, nyc: WireSpace) -> None:
    session_id = new_id()
    said, path = session_body(nyc, session_id), f"/events/{event}/sessions/{session_id}"
    first = good(nyc.call("PUT", path, said))
    assert good(nyc.call("PUT", path, said)) == first
    assert slug_of(nyc.call("PUT", path, {**said, "note": "Other"})) == (409, "rev-conflict")
    second = good(nyc.call("PUT", path, {**said, "rev": 5, "note": "Other"}))
    assert good(nyc.call("PUT", path, {**said, "rev": 3})) == second


def test_the_sequence_of_calendar_files_rises_with_time_and_place_and_not_with_texts(event: str, nyc: WireSpace) -> None:
    """Edge case 53: it never falls: through an edit, a move, a postponement, a cancellation, and when it is held after all."""
    session = add_session(nyc, event)
    venue = {**session["venue"], "name": "The roof"}
    changes: list[tuple[dict, int]] = [
        ({"note": "Bring a coat."}, 0),
        ({"seats_in_person": 20}, 0),
        ({"duration_minutes": 60}, 1),
        ({"venue": venue}, 2),
        ({"venue": venue, "at": "13:00"}, 3),
        ({"state": "postponed"}, 4),
        ({"state": "cancelled"}, 5),
        ({"state": "scheduled"}, 6),
    ]
    held: dict = {}
    for change, sequence in changes:
        held |= change
        entry = add_session(nyc, event, session["id"], **held)
        assert entry["sequence"] == sequence, change
    assert entry["previous_starts_at"] == session["starts_at"]
    assert entry["rev"] == 9


@pytest.mark.parametrize(
    ("zone", "wall", "choices"),
    [
        ("America/New_York", "2027-03-14T02:30", ("2027-03-14 01:30", "2027-03-14 03:30")),
        ("Europe/Rome", "2027-03-28T02:30", ("2027-03-28 01:30", "2027-03-28 03:30")),
    ],
)
def test_a_time_that_the_clocks_jump_over_is_refused_with_choices(event: str, nyc: WireSpace, zone, wall, choices) -> None:
    """Edge case 43: 02:30 in the night in which it does not exist."""
    refused = put_session(nyc, event, zone=zone, **at(wall))
    assert (slug_of(refused), pointers(refused)) == ((422, "wall-time-skipped"), ["/starts_local"])
    assert all(choice in body(refused)["detail"] for choice in choices)


def test_of_two_equal_times_the_fold_tells_which_is_meant(event: str, nyc: WireSpace) -> None:
    """Edge case 44: 01:30 in New York comes twice on 1 November 2026, and the choice is kept."""
    twice = {"zone": "America/New_York", "on": dt.date(2026, 11, 1), "at": "01:30"}
    first, second = (add_session(nyc, event, fold=fold, closes_at="2026-10-31T12:00:00Z", **twice) for fold in (0, 1))
    assert [(one["fold"], one["starts_at"]) for one in (first, second)] == [
        (0, "2026-11-01T05:30:00Z"),
        (1, "2026-11-01T06:30:00Z"),
    ]
    again = add_session(nyc, event, second["id"], fold=1, closes_at="2026-10-31T12:00:00Z", note="Late.", **twice)
    assert (again["starts_at"], again["sequence"]) == (second["starts_at"], 0)


def test_a_night_over_the_change_lasts_as_long_as_was_said(event: str, milan: WireSpace) -> None:
    """Edge case 45: six hours are six hours, though the clocks show five or seven."""
    longer = add_session(milan, event, on=dt.date(2027, 10, 30), at="22:00", duration_minutes=360)
    shorter = add_session(milan, event, on=dt.date(2027, 3, 27), at="22:00", duration_minutes=360)
    assert (longer["starts_at"], longer["ends_at"]) == ("2027-10-30T20:00:00Z", "2027-10-31T02:00:00Z")
    assert (shorter["starts_at"], shorter["ends_at"]) == ("2027-03-27T21:00:00Z", "2027-03-28T03:00:00Z")


def test_a_weekly_series_in_one_instant_shows_other_hours_abroad_while_the_clocks_disagree(
    event: str, london: WireSpace, nyc: WireSpace, milan: WireSpace
) -> None:
    """Edge case 41: 18:00 in New York is 23:00 in London, 22:00 in the gap, and 23:00 again; in March and in autumn."""
    sundays = [dt.date(2027, 3, 7), dt.date(2027, 3, 14), dt.date(2027, 3, 21), dt.date(2027, 3, 28)]
    autumn = [dt.date(2027, 10, 24), dt.date(2027, 10, 31), dt.date(2027, 11, 7)]
    shown = []
    for on in (*sundays, *autumn):
        source = add_session(nyc, event, on=on, at="18:00")
        early = dt.datetime.combine(on, dt.time(12), dt.UTC).isoformat()
        in_gap = on in (sundays[1], sundays[2], autumn[1])
        hour = "22:00" if in_gap else "23:00"
        relay = add_session(london, event, on=on, at=hour, relay_of=source["id"], closes_at=early)
        local = "23:00" if in_gap else "00:00"
        day = on if in_gap else on + dt.timedelta(days=1)
        third = add_session(milan, event, on=day, at=local, relay_of=source["id"], closes_at=early)
        assert relay["starts_at"] == third["starts_at"] == source["starts_at"]
        shown.append(hour)
    assert shown == ["23:00", "22:00", "22:00", "23:00", "23:00", "22:00", "23:00"]


def test_a_series_on_equal_clocks_is_at_six_everywhere(event: str, london: WireSpace, nyc: WireSpace, milan: WireSpace) -> None:
    """Edge case 42: each space holds its own at 18:00, whatever the others' clocks do."""
    for on in (dt.date(2027, 3, 7), dt.date(2027, 3, 14), dt.date(2027, 3, 28), dt.date(2027, 10, 31)):
        held = [add_session(space, event, on=on, at="18:00") for space in (nyc, london, milan)]
        assert {one["starts_local"] for one in held} == {f"{on}T18:00"}
        assert len({one["starts_at"] for one in held}) == 3


def test_a_relay_starts_in_the_instant_of_its_source(event: str, london: WireSpace, nyc: WireSpace) -> None:
    source = add_session(london, event, at="18:00")
    wrong = put_session(nyc, event, at="18:00", relay_of=source["id"])
    assert (slug_of(wrong), pointers(wrong)) == ((422, "session-invalid"), ["/starts_local"])
    assert "2026-11-19 13:00" in body(wrong)["errors"][0]["detail"]
    relay = add_session(nyc, event, at="13:00", relay_of=source["id"])
    chain = put_session(nyc, event, at="13:00", relay_of=relay["id"])
    itself = put_session(london, event, source["id"], at="18:00", relay_of=source["id"])
    turned = put_session(london, event, source["id"], at="18:00", relay_of=add_session(nyc, event, at="13:00")["id"])
    elsewhere = open_session(nyc, at="13:00")
    foreign = put_session(nyc, event, at="13:00", relay_of=elsewhere["id"])
    for refused in (chain, itself, turned, foreign):
        assert (slug_of(refused), pointers(refused)) == ((422, "session-invalid"), ["/relay_of"])


def test_when_the_source_moves_its_relays_follow_and_nobody_else(
    event: str, london: WireSpace, nyc: WireSpace, milan: WireSpace
) -> None:
    """Edge cases 47 and 49: relays keep the instant, and their deadlines keep their distance on their own clocks."""
    week = dt.timedelta(days=7)
    before, after = dt.date(2027, 3, 11), dt.date(2027, 3, 18)
    source = add_session(london, event, on=before, at="18:00")
    relay = add_session(nyc, event, on=before, at="13:00", relay_of=source["id"], closes_at="2027-03-10T17:00:00Z")
    own = add_session(milan, event, on=before, at="18:00")
    since = nyc.cursor()
    add_session(london, event, source["id"], on=after, at="18:00")
    moved = {one["id"]: one for one in told(nyc, since, "session.updated")}
    assert own["id"] not in moved
    now = moved[relay["id"]]
    assert (now["starts_local"], now["starts_at"]) == ("2027-03-18T14:00", "2027-03-18T18:00:00Z")
    assert (now["previous_starts_at"], now["sequence"], now["rev"], now["host_rev"]) == (relay["starts_at"], 1, 2, 1)
    # Noon on the day before 13:00 there was 25 hours ahead on the clocks, and still is, though by the sun the day was shorter.
    assert now["closes_at"] == "2027-03-17T17:00:00Z"
    assert now["ends_at"] == "2027-03-18T19:30:00Z"
    assert after - before == week


def test_a_relay_waits_with_a_postponed_source_and_is_held_with_it(event: str, london: WireSpace, nyc: WireSpace) -> None:
    source = add_session(london, event, at="18:00")
    relay = add_session(nyc, event, at="13:00", relay_of=source["id"])
    add_session(london, event, source["id"], at="18:00", state="postponed")
    assert nyc.snapshot("events")[f"session/{relay['id']}"]["state"] == "postponed"
    add_session(london, event, source["id"], at="19:00")
    held = nyc.snapshot("events")[f"session/{relay['id']}"]
    assert (held["state"], held["starts_local"]) == ("scheduled", f"{NEXT_THURSDAY}T14:00")
    add_session(london, event, source["id"], at="19:00", state="cancelled")
    assert nyc.snapshot("events")[f"session/{relay['id']}"] == held


def test_a_relay_that_its_host_has_cancelled_does_not_follow(event: str, london: WireSpace, nyc: WireSpace) -> None:
    source = add_session(london, event, at="18:00")
    relay = add_session(nyc, event, at="13:00", relay_of=source["id"])
    gone = add_session(nyc, event, relay["id"], at="13:00", relay_of=source["id"], state="cancelled")
    add_session(london, event, source["id"], at="19:00")
    assert nyc.snapshot("events")[f"session/{relay['id']}"] == gone


def test_a_relay_that_its_host_has_postponed_stays_so_while_the_source_only_changes_its_words(
    event: str, london: WireSpace, nyc: WireSpace
) -> None:
    source = add_session(london, event, at="18:00")
    relay = add_session(nyc, event, at="13:00", relay_of=source["id"])
    waiting = add_session(nyc, event, relay["id"], at="13:00", relay_of=source["id"], state="postponed")
    add_session(london, event, source["id"], at="18:00", note="Bring a coat.")
    assert nyc.snapshot("events")[f"session/{relay['id']}"] == waiting
    add_session(london, event, source["id"], at="19:00")
    moved = nyc.snapshot("events")[f"session/{relay['id']}"]
    assert (moved["state"], moved["starts_local"]) == ("postponed", f"{NEXT_THURSDAY}T14:00")


def test_a_zone_with_new_rules_moves_the_sessions_that_are_to_come(
    hub: WireHub, event: str, london: WireSpace, nyc: WireSpace, milan: WireSpace
) -> None:
    """Edge case 46: what stands is what the clocks show; relays keep the instant, and what is as it was is left alone."""
    source, own = add_session(london, event, at="18:00"), add_session(milan, event, at="18:00")
    relay = add_session(nyc, event, at="13:00", relay_of=source["id"])
    over = add_session(london, event, on=hub.clock.now().date(), at="09:00")
    hour = dt.timedelta(hours=1)

    def as_by_the_old_rules() -> None:
        """Have been worked out an hour earlier; and what New York's clocks show, too."""
        for one in (source, relay, over):
            held = db.session().get_one(EventSession, one["id"])
            held.starts_at, held.ends_at, held.closes_at = held.starts_at - hour, held.ends_at - hour, held.closes_at - hour
        db.session().get_one(EventSession, relay["id"]).starts_local = f"{NEXT_THURSDAY}T12:00"

    hub.run(as_by_the_old_rules)
    since = nyc.cursor()
    assert hub.reconcile("keep wall times") == {"keep wall times": 1}
    moved = {one["id"]: one for one in told(nyc, since, "session.updated")}
    assert moved.keys() == {source["id"], relay["id"]}
    for one in (source, relay):
        now = moved[one["id"]]
        names = ("starts_local", "starts_at", "ends_at", "closes_at")
        assert {name: now[name] for name in names} == {name: one[name] for name in names}
        assert now["sequence"] == one["sequence"] + 1
    assert nyc.snapshot("events")[f"session/{own['id']}"] == own
    assert hub.reconcile("keep wall times", after=dt.timedelta(days=1)) == {"keep wall times": 0}


def test_new_rules_where_a_relay_is_change_its_wall_time(hub: WireHub, event: str, london: WireSpace, nyc: WireSpace) -> None:
    """Edge case 46: the instant of a relay is its source's; only the hour on its own wall is another."""
    source = add_session(london, event, at="18:00")
    relay = add_session(nyc, event, at="13:00", relay_of=source["id"])

    def as_by_the_old_rules() -> None:
        db.session().get_one(EventSession, relay["id"]).starts_local = f"{NEXT_THURSDAY}T12:00"

    hub.run(as_by_the_old_rules)
    assert hub.reconcile("keep wall times") == {"keep wall times": 1}
    shown = nyc.snapshot("events")[f"session/{relay['id']}"]
    assert (shown["starts_local"], shown["starts_at"], shown["sequence"]) == (relay["starts_local"], relay["starts_at"], 0)


@pytest.mark.parametrize("zone", ["Asia/Calcutta", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Santiago", "UTC"])
def test_any_zone_of_the_world_will_do(event: str, nyc: WireSpace, zone: str) -> None:
    """Edge case 50: no change of clocks, half hours, southern summers, an older name; and one that nobody knows."""
    assert add_session(nyc, event, zone=zone, at="18:00")["zone"] == zone
    unknown = session_body(nyc, new_id(), at="18:00") | {"zone": "Mars/Olympus"}
    refused = nyc.call("PUT", f"/events/{event}/sessions/{new_id()}", unknown)
    assert (refused.status_code, pointers(refused)) == (422, ["/zone"])


def test_what_a_session_says_is_checked(event: str, nyc: WireSpace) -> None:
    wrong = [
        ({"closes_at": "2026-11-19T19:00:01Z"}, "/closes_at"),
        ({"opens_at": "2026-11-19T17:30:00Z"}, "/opens_at"),
        ({"venue": None}, "/venue"),
        ({"venue": None, "mode": "hybrid"}, "/venue"),
        ({"door_seats": 11}, "/door_seats"),
    ]
    for change, pointer in wrong:
        refused = put_session(nyc, event, **change)
        assert (slug_of(refused), pointers(refused)) == ((422, "session-invalid"), [pointer]), change
    assert pointers(put_session(nyc, event, starts_local="2027-02-30T10:00")) == ["/starts_local"]
    assert add_session(nyc, event, mode="remote", venue=None, seats_in_person=None)["venue"] is None


def test_an_event_has_so_many_sessions_and_no_more(monkeypatch, event: str, nyc: WireSpace) -> None:
    monkeypatch.setattr("federation.events.rules.SESSIONS_MAX", 1)
    session = add_session(nyc, event)
    assert slug_of(put_session(nyc, event)) == (409, "sessions-full")
    assert add_session(nyc, event, session["id"], note="Later.")["note"] == "Later."
