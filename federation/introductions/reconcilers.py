"""Questions end with their asks, and letters a month after the last of them."""

import datetime as dt

from sqlalchemy import update
from sqlalchemy.orm import Session

from federation.introductions.models import Ask, Letter
from federation.introductions.rules import KEPT
from shared.messaging.reconcile import Reconciler
from shared.protocol.people_states import AskState


def forget(session: Session, now: dt.datetime) -> int:
    """Erase the questions of asks that are over, and letters that nobody has followed for 30 days."""
    over = update(Ask).where(Ask.closes_at <= now, Ask.question != "").values(state=AskState.CLOSED, question="")
    old = update(Letter).where(Letter.changed_at < now - KEPT, Letter.box.is_not(None)).values(box=None)
    asks = session.scalars(over.returning(Ask.id), execution_options={"synchronize_session": False}).all()
    letters = session.scalars(old.returning(Letter.introduction_id), execution_options={"synchronize_session": False}).all()
    return len(asks) + len(letters)


RECONCILERS = (Reconciler("forget introductions", 3_600, forget),)
