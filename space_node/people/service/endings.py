"""What ends by itself: asks, silence, contacts that were kept long enough; and letters that had to wait."""

import datetime as dt
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from shared.protocol.people_states import AskState, IntroductionState
from space_node.people import queries, rules
from space_node.people.models import Ask, Card, Introduction, Participant
from space_node.people.service.asking import end_ask
from space_node.people.service.letters import go, tell


def end_due(session: Session, now: dt.datetime) -> int:
    """Close asks whose time is over and what nobody answered, and end what was told 30 days ago. Returns how many."""
    due = queries.due_asks(session, now)
    for found in due:
        end_ask(session, found, now)
    old = queries.due_introductions(session, now)
    for row in old:
        # Of two sides that are both here, the first has ended the second.
        if row.state in (IntroductionState.ACCEPTED, IntroductionState.INTRODUCED):
            go(session, row, IntroductionState.ENDED, now)
            tell(session, row, now)
        elif row.state not in rules.SETTLED:
            go(session, row, IntroductionState.CLOSED, now)
    return len(due) + len(old)


def forget_member(session: Session, member_id: str, *, stand_in: str, now: dt.datetime) -> None:
    """End what a member looks for and what was told of them, and delete what they said of themself; the other homes hear so."""
    for found in queries.asks(session, member_id):
        if found.state == AskState.OPEN:
            end_ask(session, found, now)
    for row in queries.introductions(session, member_id):
        if row.state in (IntroductionState.ACCEPTED, IntroductionState.INTRODUCED):
            go(session, row, IntroductionState.ENDED, now)
            tell(session, row, now)
        elif row.state not in rules.SETTLED:
            go(session, row, IntroductionState.CLOSED, now)
    session.flush()
    for table in (Card, Participant):
        session.execute(delete(table).where(table.member_id == member_id))
    session.execute(update(Ask).where(Ask.member_id == member_id).values(member_id=stand_in, question=""))
    silent: dict[str, Any] = {"member_id": stand_in, "question": "", "card": "", "note": "", "contact": None, "ticked": []}
    session.execute(update(Introduction).where(Introduction.member_id == member_id).values(**silent))


def tell_untold(session: Session, now: dt.datetime) -> int:
    """Write the letters to homes whose keys were not here. Returns how many went out."""
    return sum(tell(session, row, now) for row in queries.untold(session))


def forget(session: Session, now: dt.datetime) -> int:
    """Delete what was settled 90 days ago. Returns how many rows went."""
    before = now - rules.SETTLED_KEPT
    gone = delete(Introduction).where(Introduction.state.in_(rules.SETTLED), Introduction.changed_at < before)
    asks = delete(Ask).where(Ask.state == AskState.CLOSED, Ask.closes_at < before)
    options = {"synchronize_session": False}
    introduced = session.scalars(gone.returning(Introduction.id), execution_options=options).all()
    return len(introduced) + len(session.scalars(asks.returning(Ask.id), execution_options=options).all())
