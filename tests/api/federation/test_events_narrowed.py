"""An event that fewer may see than before: the homes from which somebody has a place in it hear of it all the same."""

import datetime as dt
from typing import Any

from tests.support.wire_events import NEXT_THURSDAY, hold_together, publish_event, reply, seen, told
from tests.support.wire_seats import acted, asked, at_door, change_seats, open_seats
from tests.support.wire_space import WireSpace, good

LATER = {"on": NEXT_THURSDAY + dt.timedelta(days=1), "closes_at": "2026-11-20T12:30:00+00:00"}


def narrow(session: dict[str, Any], lead: WireSpace, reach: str = "space") -> dict[str, Any]:
    return publish_event(lead, session["event_id"], reach=reach)


def starts(space: WireSpace, since: str) -> list[str]:
    """When sessions begin of which a space was told."""
    return [data["starts_local"] for data in told(space, since, "session.updated")]


def test_a_home_with_a_seat_hears_of_a_new_time_after_the_reach_was_narrowed(
    london: WireSpace, nyc: WireSpace, milan: WireSpace
) -> None:
    session = open_seats(london, 5)
    asked(nyc, session)
    asked(milan, session, kind="remote")
    since = {space.slug: space.cursor() for space in (nyc, milan)}
    narrowed = narrow(session, london)
    assert told(nyc, since[nyc.slug], "event.removed") == []
    assert [data["reach"] for data in told(nyc, since[nyc.slug], "event.updated")] == ["space"]
    assert told(milan, since[milan.slug], "event.removed") == [{"id": session["event_id"], "rev": narrowed["rev"]}]
    assert (len(seen(nyc)), seen(milan)) == (1, [])
    assert good(nyc.call("GET", f"/events/{session['event_id']}"))["reach"] == "space"
    change_seats(london, session, **LATER)
    assert starts(nyc, since[nyc.slug])[-1] == "2026-11-20T12:30"
    assert starts(milan, since[milan.slug]) == []
    assert nyc.snapshot("rsvps")[f"seats/{session['id']}"]["homes"] == []
    assert asked(nyc, session)["reason"] == "not-eligible", "to hear of it is no way in"


def test_who_waits_hears_of_it_too_and_who_gave_a_seat_back_is_not_left_with_what_was(
    london: WireSpace, nyc: WireSpace, milan: WireSpace
) -> None:
    session = open_seats(london, 1)
    seated, _ = asked(nyc, session), asked(milan, session)
    narrow(session, london)
    acted(nyc, seated, "cancel")
    since = {space.slug: space.cursor() for space in (nyc, milan)}
    change_seats(london, session, **LATER)
    assert starts(milan, since[milan.slug]) == starts(nyc, since[nyc.slug]) == ["2026-11-20T12:30"]


def test_a_home_with_a_seat_hears_of_it_when_it_is_opened_only_to_twins(london: WireSpace, nyc: WireSpace) -> None:
    session = open_seats(london, 1)
    asked(nyc, session)
    narrow(session, london, "twins")
    since = nyc.cursor()
    narrow(session, london)
    change_seats(london, session, **LATER)
    assert told(nyc, since, "event.removed") == []
    assert starts(nyc, since) == ["2026-11-20T12:30"]


def test_who_holds_it_no_longer_still_hears_of_it_for_its_people(london: WireSpace, nyc: WireSpace) -> None:
    session = open_seats(london, 1, reach="space")
    hold_together(london, session["event_id"], nyc)
    asked(nyc, session)
    since = nyc.cursor()
    answer = good(reply(nyc, session["event_id"], "withdraw"))
    assert told(nyc, since, "event.removed") == []
    assert told(nyc, since, "event.updated")[-1] == answer
    change_seats(london, session, **LATER)
    assert starts(nyc, since) == ["2026-11-20T12:30"]


def test_a_walk_in_shows_no_home_an_event_that_it_could_not_see(london: WireSpace, nyc: WireSpace) -> None:
    session = open_seats(london, 5, reach="space")
    at_door(london, session, home=nyc.slug)
    since = nyc.cursor()
    change_seats(london, session, **LATER)
    assert (starts(nyc, since), seen(nyc)) == ([], [])
