"""The mirror of events: newer news replaces, older changes nothing, and what may not be seen any more is gone."""

import pytest
import sqlalchemy as sa

from space_node.calendar import queries
from space_node.calendar.models import MirrorEvent, MirrorHolder, MirrorSeats, MirrorSession, MirrorTopic
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
    from federation.db import Feed

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

    def listed(session: sa.orm.Session) -> bool:
        rows, total = queries.upcoming(session, queries.Filters(), zone="Europe/Rome", now=guests.now)
        assert total == len(rows)
        return bool(rows)

    assert guests.home.look(listed) is seen
    public = guests.home.look(
        lambda session: queries.upcoming(session, queries.Filters(public=True), zone="Europe/Rome", now=guests.now)
    )
    assert bool(public[1]) is (reach == "public")
