"""The same button of an organiser at the same moment: one event, one session, one replay, and every click sees it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.ids import new_id
from shared.protocol.states import CohostState
from space_node.db import Outbox
from space_node.events import service
from space_node.events.models import OwnEvent
from space_node.replays import service as replays
from space_node.replays.models import DoneTask
from tests.support.guests import Guests
from tests.support.library import Library
from tests.support.node import NodeWorld
from tests.support.organising import Organisers, plan, text
from tests.support.threads import in_its_way


def twice(node: NodeWorld, click: Callable[[Session], Any]) -> None:
    """A click while the first is under way; both come to the same."""
    first, second = in_its_way(node.command, click, lambda: node.command(click))
    assert first == second
    assert not isinstance(first, Exception)


def count(node: NodeWorld, table: Any, **same: str) -> int:
    """How many such rows there are."""
    return node.look(lambda session: session.scalar(select(func.count()).select_from(table).filter_by(**same)) or 0)


def test_a_new_event_is_one(organisers: Organisers) -> None:
    event_id = new_id()
    twice(organisers.london, lambda s: service.save_draft(s, event_id=event_id, text=text(), now=organisers.now).id)
    assert organisers.event(event_id).title == "Presentation Lunch"


def test_a_new_session_of_an_event_that_others_lead_is_one_and_sent_once(organisers: Organisers) -> None:
    event_id, session_id, milan = organisers.published(), new_id(), organisers.milan
    organisers.invite(event_id, milan, answer=CohostState.ACCEPTED)
    wanted = plan(zone="Europe/Rome")

    def click(session: Session) -> str:
        return service.save_session(session, event_id=event_id, session_id=session_id, plan=wanted, now=organisers.now).id

    twice(milan, click)
    assert [own.id for own in organisers.sessions(event_id, milan)] == [session_id]
    assert count(milan, Outbox, kind="session") == 1


def test_a_replay_is_one_and_its_tasks_are_done_once(guests: Guests) -> None:
    library, event_id = Library(guests), new_id()
    wanted = replays.Replay(format_id=library.make(), version=1, on=guests.today, at="23:00")
    twice(guests.home, lambda s: replays.replay_here(s, wanted, event_id=event_id, now=guests.now).event_id)
    assert count(guests.home, OwnEvent, id=event_id) == 1
    twice(guests.home, lambda s: replays.set_done(s, event_id=event_id, place=0, done=True, now=guests.now))
    assert count(guests.home, DoneTask) == 1
