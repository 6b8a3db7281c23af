"""A host asks which homes of those who come have not read the latest about a session."""

import datetime as dt
from typing import Any

from tests.support.wire_seats import act, asked, change_seats, open_seats
from tests.support.wire_space import WireHub, WireSpace, good, slug_of


def unheard(host: WireSpace, session: dict[str, Any]) -> list[tuple[str, int | None]]:
    found = good(host.call("GET", f"/sessions/{session['id']}/unheard"))
    return [(one["home"], one["quiet_seconds"]) for one in found["homes"]]


def read_all(space: WireSpace) -> None:
    good(space.report(cursor=space.news()[1]))


def test_a_host_learns_which_homes_have_not_read_what_is_new(
    hub: WireHub, nyc: WireSpace, milan: WireSpace, london: WireSpace
) -> None:
    """Edge case 27: the last word about the session, or about a place in it; what others do is none of theirs."""
    session = open_seats(london, 3)
    rsvp = asked(nyc, session)
    for space in (london, milan):
        asked(space, session)
    assert unheard(london, session) == [(milan.slug, None), (nyc.slug, None)]
    for space in (nyc, milan):
        read_all(space)
    assert unheard(london, session) == []
    hub.clock.advance(dt.timedelta(minutes=7))
    good(act(london, rsvp, "cancel"))
    assert unheard(london, session) == [(nyc.slug, 420)]
    read_all(nyc)
    change_seats(london, session, state="cancelled")
    assert unheard(london, session) == [(milan.slug, 420), (nyc.slug, 0)]


def test_only_the_host_learns_who_is_silent(nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 3)
    asked(nyc, session)
    for space, session_id in ((nyc, session["id"]), (london, session["event_id"])):
        assert slug_of(space.call("GET", f"/sessions/{session_id}/unheard")) == (404, "session-unknown")
