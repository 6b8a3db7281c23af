"""Writes of a recovery: keeping what is told again, and ending it."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from federation.db import FeedCounter, Mail
from federation.recovery import queries
from federation.recovery.models import RetoldCall, RetoldSpace
from federation.spaces import service as spaces
from shared.answer_seal import Call, Sealed
from shared.mail.queue import park_restored
from shared.messaging.feed import raise_epoch


def begin(session: Session, restored_to: dt.datetime, now: dt.datetime) -> None:
    """After a restore: another epoch, in which nothing new is decided until nodes have told again what was."""
    session.execute(delete(RetoldSpace))
    session.execute(delete(RetoldCall))
    # Nobody was away, and nobody has said since then that nothing waits.
    spaces.forget_seen(session)
    park_restored(session, Mail, now=now)
    raise_epoch(session, FeedCounter, restored_to=restored_to, now=now)


def keep(session: Session, call: Call, sealed: Sealed, seal: str, content_type: str) -> None:
    """Keep a call to do it again in its turn; told twice, it is kept once."""
    if session.get(RetoldCall, seal) is None:
        about = {"space": call.space, "method": call.method, "path": call.path, "message_id": call.message_id}
        session.add(RetoldCall(seal=seal, order=sealed.order, content_type=content_type, body=call.body.decode(), **about))
        session.flush()


def note_all_told(session: Session, space: str, *, now: dt.datetime) -> None:
    """A space has told all, while that is waited for."""
    if queries.recovering_since(session) is not None and session.get(RetoldSpace, space) is None:
        session.add(RetoldSpace(space=space, at=now))


def forget(session: Session, seals: Iterable[str]) -> None:
    """These calls are done again."""
    for seal in seals:
        session.execute(delete(RetoldCall).where(RetoldCall.seal == seal), execution_options={"synchronize_session": False})


def end(session: Session) -> None:
    """From now on the hub decides anew."""
    session.execute(update(FeedCounter).values(recovering_since=None), execution_options={"synchronize_session": False})
    session.execute(delete(RetoldSpace), execution_options={"synchronize_session": False})
