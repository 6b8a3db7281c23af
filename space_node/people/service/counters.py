"""How many introductions a helper has under way: taken by a condition, so that of two at once the last goes to one."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from space_node.people.models import Participant

_UNSEEN = {"synchronize_session": False}


def take_introduction(session: Session, member_id: str) -> bool:
    """Count one more, if the member wants one."""
    mine = (Participant.member_id == member_id, Participant.open_introductions < Participant.max_open)
    free = update(Participant).where(*mine).values(open_introductions=Participant.open_introductions + 1)
    return session.scalar(free.returning(Participant.member_id), execution_options=_UNSEEN) is not None


def give_back(session: Session, member_id: str) -> None:
    """Count one less."""
    changed = update(Participant).where(Participant.member_id == member_id)
    session.execute(changed.values(open_introductions=Participant.open_introductions - 1), execution_options=_UNSEEN)
