"""The feed and the answer to a command bring the same event at the same moment: both are taken in, and the newer one stays."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from shared.ids import new_id
from shared.protocol.events import EventEntry, SeatsEntry, SessionEntry
from shared.protocol.registry import example
from shared.schemas import load
from space_node.calendar import queries, service
from space_node.calendar.models import MirrorEvent, MirrorHolder, MirrorSeats, MirrorSession
from tests.support.guests import Guests
from tests.support.threads import in_its_way, together

MANY = 6


def at_once(guests: Guests, works: list[Callable[[sa.orm.Session], bool]]) -> None:
    outcomes = together(*(lambda work=work: guests.home.command(work) for work in works))
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert any(outcomes)


def test_news_and_answer_at_the_same_moment_leave_the_newest(guests: Guests) -> None:
    event_id, session_id, now = new_id(), new_id(), guests.now
    event = load(EventEntry, example("event.updated") | {"id": event_id})
    held = load(SessionEntry, example("session.updated") | {"id": session_id, "event_id": event_id})
    seats = load(SeatsEntry, example("seats.updated") | {"session_id": session_id})

    def of(take: Any, data: dict[str, Any], rev: int) -> Callable[[sa.orm.Session], bool]:
        return lambda session: bool(take(session, data, at=(1, rev), now=now))

    for take, data in ((service.take_event, event), (service.take_session, held), (service.take_seats, seats)):
        at_once(guests, [of(take, data, rev) for rev in (*range(1, MANY), MANY, MANY)])

    def look(session: sa.orm.Session) -> tuple[Any, ...]:
        found, one, counted = (
            queries.event(session, event_id),
            queries.session(session, session_id),
            queries.seats(session, session_id),
        )
        assert found is not None
        assert one is not None
        assert counted is not None
        rows = session.scalar(sa.select(sa.func.count()).where(MirrorHolder.event_id == event_id))
        return found.rev, one.rev, counted.rev, one.shown_to, rows

    assert guests.home.look(look) == (MANY, MANY, MANY, "people", 2)


@pytest.mark.parametrize(("first", "second"), [(1, 2), (2, 1)], ids=["newer", "older"])
@pytest.mark.parametrize("what", ["event", "removal", "session", "seats"])
def test_who_finds_that_another_has_just_written_the_first_of_it_looks_again(
    guests: Guests, what: str, first: int, second: int
) -> None:
    found_id, now = new_id(), guests.now
    takes: dict[str, tuple[Any, Any]] = {
        "event": (service.take_event, load(EventEntry, example("event.updated") | {"id": found_id})),
        "removal": (service.remove_event, found_id),
        "session": (service.take_session, load(SessionEntry, example("session.updated") | {"id": found_id})),
        "seats": (service.take_seats, load(SeatsEntry, example("seats.updated") | {"session_id": found_id})),
    }
    take, data = takes[what]

    def of(rev: int) -> Callable[[sa.orm.Session], bool]:
        return lambda session: bool(take(session, data, at=(1, rev), now=now))

    was_news = in_its_way(guests.home.command, of(first), lambda: guests.home.command(of(second)))
    assert was_news == [True, second > first]
    table = {"session": MirrorSession, "seats": MirrorSeats}.get(what, MirrorEvent)
    held = guests.home.look(lambda session: session.get_one(table, found_id))
    assert held.rev == max(first, second)
