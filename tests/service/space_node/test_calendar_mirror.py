"""The mirror of events: newer news replaces, older changes nothing, and what may not be seen any more is gone."""

import datetime as dt

import pytest
import sqlalchemy as sa

from federation.db import Feed
from shared.calendar.writer import CalendarEntry
from shared.ids import new_id
from shared.protocol.states import TwinningState
from space_node.calendar import queries
from space_node.calendar.errors import EventUnknown
from space_node.calendar.models import MirrorEvent, MirrorHolder, MirrorSeats, MirrorSession, MirrorTopic
from space_node.calendar.reconcilers import RECONCILERS
from space_node.uplink.models import MirrorTwinning
from space_node.uplink.service import exchange
from tests.support.announcing import Announcer
from tests.support.guests import HOME, HOST, Guests


@pytest.fixture
def hub_says(guests: Guests) -> Announcer:
    """TheCube leads, and the hub tells."""
    return Announcer(guests.hub)


def read(guests: Guests) -> None:
    guests.home.do(exchange.poll)


def title(guests: Guests, event_id: str) -> str | None:
    found = guests.home.look(lambda session: queries.event(session, event_id))
    return found.title if found else None


def counts(guests: Guests) -> list[int]:
    tables = (MirrorEvent, MirrorHolder, MirrorTopic, MirrorSession, MirrorSeats)
    return guests.home.look(
        lambda session: [session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables]
    )


def test_an_event_with_its_session_and_seats_is_kept(guests: Guests, hub_says: Announcer) -> None:
    event_id = hub_says.event(topics=["Making", "making", "Advice"], cohosts=[{"space": HOME, "state": "accepted"}])
    session_id = hub_says.session(event_id)
    hub_says.seats(session_id, free=3)
    read(guests)

    def look(session: sa.orm.Session) -> tuple[object, ...]:
        event = queries.require_event(session, event_id)
        (found,), seats = queries.sessions_of(session, event_id), queries.seats_of(session, event_id)[session_id]
        return event.title, sorted(queries.holders(session, event_id)), found.host, found.city_key, seats.pools[0]["free"]

    assert guests.home.look(look) == ("Presentation Lunch", [HOME, HOST], HOST, "london", 3)
    assert counts(guests) == [1, 2, 2, 1, 1]


def test_older_news_changes_nothing_and_newer_replaces(guests: Guests, hub_says: Announcer) -> None:
    event_id = hub_says.event(rev=5, title="Five")
    session_id = hub_says.session(event_id, rev=5, note="five")
    hub_says.seats(session_id, rev=5, free=5)
    hub_says.event(event_id, rev=3, title="Three", topics=["other"])
    hub_says.session(event_id, session_id, rev=3, note="three")
    hub_says.seats(session_id, rev=3, free=3)
    hub_says.gone(event_id, rev=4)
    read(guests)

    def held(session: sa.orm.Session) -> tuple[object, ...]:
        found, seats = queries.session(session, session_id), queries.seats(session, session_id)
        assert found is not None
        assert seats is not None
        return found.note, seats.pools[0]["free"], seats.rev

    assert (title(guests, event_id), guests.home.look(held)) == ("Five", ("five", 5, 5))
    hub_says.event(event_id, rev=6, title="Six")
    hub_says.session(event_id, session_id, rev=6, note="six", venue=None)
    hub_says.seats(session_id, rev=6, free=6)
    read(guests)
    assert (title(guests, event_id), guests.home.look(held)) == ("Six", ("six", 6, 6))


def test_a_reach_that_narrows_removes_every_copy_and_older_news_does_not_bring_it_back(
    guests: Guests, hub_says: Announcer
) -> None:
    """Edge case 40: narrowing the visibility removes copies."""
    event_id = hub_says.event(rev=1)
    session_id = hub_says.session(event_id)
    hub_says.seats(session_id)
    read(guests)
    hub_says.gone(event_id, rev=3)
    hub_says.event(event_id, rev=2, title="Too late")
    hub_says.session(event_id, session_id)
    read(guests)
    assert title(guests, event_id) is None
    assert counts(guests) == [1, 0, 0, 0, 0]
    tomb = guests.home.look(lambda session: session.get_one(MirrorEvent, event_id))
    assert (tomb.title, tomb.description, tomb.lead, tomb.cohosts) == ("", "", "", [])
    hub_says.event(event_id, rev=4, title="Open again")
    hub_says.session(event_id, session_id)
    read(guests)
    assert title(guests, event_id) == "Open again"
    assert counts(guests) == [1, 1, 1, 1, 0]


def test_news_of_an_event_that_is_gone_before_it_came_leaves_nothing_to_see(guests: Guests, hub_says: Announcer) -> None:
    hub_says.gone(event_id := hub_says.event(to=[HOST]))
    read(guests)
    assert title(guests, event_id) is None


def test_an_event_that_cannot_be_read_is_parked_and_the_next_one_arrives(guests: Guests, hub_says: Announcer) -> None:
    """Edge case 36: one partner's nonsense does not hold up the others."""
    bad = hub_says.event()
    spoilt = sa.update(Feed).where(Feed.subject == f"event/{bad}").values(body={"id": bad})
    guests.hub.command(lambda session: session.execute(spoilt))
    good = hub_says.event()
    read(guests)
    assert (title(guests, bad), title(guests, good)) == (None, "Presentation Lunch")


@pytest.mark.parametrize(
    ("reach", "lead", "cohosts", "seen"),
    [
        ("public", "elsewhere", {}, True),
        ("network", "elsewhere", {}, True),
        ("twins", "elsewhere", {}, False),
        ("twins", HOST, {}, True),
        ("twins", "elsewhere", {HOST: "accepted"}, True),
        ("twins", "elsewhere", {HOST: "declined"}, False),
        ("space", HOST, {}, False),
        ("space", HOST, {HOME: "accepted"}, True),
        ("space", HOST, {HOME: "invited"}, False),
        ("space", HOME, {}, True),
    ],
)
def test_members_see_what_is_open_to_their_space(
    guests: Guests, reach: str, lead: str, cohosts: dict[str, str], seen: bool
) -> None:
    """Edge case 73: an invitation that is not accepted opens the event to nobody."""
    says = Announcer(guests.hub, lead=lead)
    event_id = says.event(reach=reach, cohosts=[{"space": space, "state": state} for space, state in cohosts.items()])
    says.session(event_id)
    read(guests)

    assert listed(guests) == int(seen)
    public = guests.home.look(
        lambda session: queries.upcoming(session, queries.Filters(public=True), zone="Europe/Rome", now=guests.now)
    )
    assert bool(public.total) is (reach == "public")


def listed(guests: Guests) -> int:
    look = guests.home.look
    return look(lambda session: queries.upcoming(session, queries.Filters(), zone="Europe/Rome", now=guests.now).total)


def test_a_session_that_comes_before_its_event_waits_for_it(guests: Guests, hub_says: Announcer) -> None:
    event_id = new_id()
    hub_says.session(event_id)
    read(guests)
    assert listed(guests) == 0
    hub_says.event(event_id)
    read(guests)
    assert listed(guests) == 1


def test_what_twins_show_each_other_opens_and_closes_with_the_twinning(guests: Guests, hub_says: Announcer) -> None:
    event_id = hub_says.event(reach="twins")
    hub_says.session(event_id)
    read(guests)

    def put(state: TwinningState) -> tuple[int, int]:
        guests.home.command(lambda session: session.execute(sa.update(MirrorTwinning).values(state=state)))
        run = RECONCILERS[0].run
        return guests.home.command(lambda session: (run(session, guests.now), run(session, guests.now)))

    def may_see(session: sa.orm.Session) -> bool:
        try:
            return queries.require_event(session, event_id) is not None
        except EventUnknown:
            return False

    assert (listed(guests), guests.home.look(may_see)) == (1, True)
    # The second run finds nothing left to do.
    assert put(TwinningState.PAUSED) == (1, 0)
    assert (listed(guests), guests.home.look(may_see)) == (0, False)
    assert put(TwinningState.ACTIVE) == (1, 0)
    assert (listed(guests), guests.home.look(may_see)) == (1, True)


def test_a_calendar_has_the_past_month_and_the_next_year(guests: Guests, hub_says: Announcer) -> None:
    day, event_id = dt.timedelta(days=1), hub_says.event(reach="public")
    near = [hub_says.session(event_id, starts_at=guests.now + days * day) for days in (-29, 0, 399)]
    for days in (-31, 401):
        hub_says.session(event_id, starts_at=guests.now + days * day)
    read(guests)

    def entries(session: sa.orm.Session) -> list[CalendarEntry]:
        return [queries.calendar_entry(*row) for row in queries.feed(session, now=guests.now)]

    assert [entry.uid for entry in guests.home.look(entries)] == [f"{session_id}@twindesk" for session_id in near]
