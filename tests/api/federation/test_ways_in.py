"""On site and online: a way of taking part that people count on cannot be taken away under them."""

from typing import Any

from tests.support.wire_events import put_session
from tests.support.wire_seats import acted, asked, at_door, change_seats, check_counters, now_is, open_seats, seats_of
from tests.support.wire_space import WireHub, WireSpace, body, pointers, slug_of

ONE_EACH = {"mode": "hybrid", "seats_remote": 1}


def refused(host: WireSpace, session: dict[str, Any], mode: str) -> tuple[int, int]:
    """Of a change that is refused: how many have seats, and how many wait."""
    answer = put_session(host, session["event_id"], session["id"], mode=mode)
    assert (slug_of(answer), pointers(answer)) == ((409, "seats-held"), ["/mode"])
    return body(answer)["seated"], body(answer)["waiting"]


def test_seats_online_are_not_taken_away_while_people_have_them_or_wait(
    hub: WireHub, london: WireSpace, nyc: WireSpace, milan: WireSpace
) -> None:
    session = open_seats(london, **ONE_EACH)
    here, there, waiting = asked(nyc, session), asked(nyc, session, kind="remote"), asked(milan, session, kind="remote")
    since = nyc.cursor()
    assert refused(london, session, "in_person") == (1, 1)
    assert nyc.news(since)[0] == [], "nobody hears of what did not happen"
    acted(milan, waiting, "cancel")
    assert refused(london, session, "in_person") == (1, 0)
    acted(nyc, there, "cancel")
    assert change_seats(london, session, mode="in_person")["mode"] == "in_person"
    assert now_is(nyc, here)["state"] == "confirmed"
    assert seats_of(london, session) == (0, 1, 0, 0)
    check_counters(hub)
    assert asked(milan, session, kind="remote")["reason"] == "closed", "who looks at an older page comes too late"


def test_people_are_counted_and_not_their_groups(london: WireSpace, nyc: WireSpace, milan: WireSpace) -> None:
    session = open_seats(london, 2, party_max=2, **ONE_EACH)
    for space in (nyc, milan):
        asked(space, session, party=2)
    assert refused(london, session, "remote") == (2, 2)


def test_who_came_in_at_the_door_and_who_waits_for_the_hosts_word_count_too(london: WireSpace, nyc: WireSpace) -> None:
    session = open_seats(london, 5, door_seats=1, approval=True, **ONE_EACH)
    assert at_door(london, session, door_seat=True)["state"] == "confirmed"
    assert asked(nyc, session, party=1)["state"] == "pending"
    assert refused(london, session, "remote") == (1, 1)


def test_an_offered_seat_is_held(london: WireSpace, nyc: WireSpace, milan: WireSpace) -> None:
    session = open_seats(london, **ONE_EACH)
    first, second = asked(nyc, session), asked(milan, session)
    acted(nyc, first, "cancel")
    assert now_is(milan, second)["state"] == "offered"
    assert refused(london, session, "remote") == (1, 0)


def test_the_session_can_be_called_off_all_the_same(london: WireSpace, nyc: WireSpace) -> None:
    session = open_seats(london, **ONE_EACH)
    rsvp = asked(nyc, session)
    change_seats(london, session, mode="remote", state="cancelled")
    assert now_is(nyc, rsvp)["state"] == "session_cancelled"
