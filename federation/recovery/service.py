"""Writes of a recovery: keeping what is told again, and ending it."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from federation.db import FeedCounter, Mail
from federation.recovery import queries
from federation.recovery.models import RetoldCall, UntoldSpace
from federation.spaces import queries as spaces
from federation.spaces import service as spaces_service
from shared.answer_seal import Call, Sealed
from shared.mail.queue import park_restored
from shared.messaging.feed import raise_epoch


def begin(session: Session, restored_to: dt.datetime, now: dt.datetime) -> None:
    """After a restore: another epoch, in which nothing new is decided until nodes have told again what was.

    A backup may be of a hub that was itself still being told: then that reaches as far back as it did.
    """
    told_since = queries.told_since(session)
    session.execute(delete(UntoldSpace))
    session.execute(delete(RetoldCall))
    session.add_all(UntoldSpace(space=slug) for slug in sorted(spaces.speaking_slugs(session)))
    # Nobody was away, and nobody has said since then that nothing waits.
    spaces_service.forget_seen(session)
    park_restored(session, Mail, now=now)
    raise_epoch(session, FeedCounter, restored_to=min(restored_to, told_since or restored_to), now=now)


def keep(session: Session, call: Call, sealed: Sealed, seal: str, content_type: str) -> None:
    """Keep a call to do it again in its turn; told twice, it is kept once."""
    if session.get(RetoldCall, seal) is None:
        about = {"space": call.space, "method": call.method, "path": call.path, "message_id": call.message_id}
        session.add(RetoldCall(seal=seal, order=sealed.order, content_type=content_type, body=call.body.decode(), **about))
        session.flush()


def note_all_told(session: Session, space: str) -> None:
    """A space has told all."""
    session.execute(delete(UntoldSpace).where(UntoldSpace.space == space), execution_options={"synchronize_session": False})


def forget(session: Session, seals: Iterable[str]) -> None:
    """These calls are done again."""
    for seal in seals:
        session.execute(delete(RetoldCall).where(RetoldCall.seal == seal), execution_options={"synchronize_session": False})


def end(session: Session) -> None:
    """From now on the hub decides anew, for all but those who have still to tell."""
    session.execute(update(FeedCounter).values(recovering_since=None), execution_options={"synchronize_session": False})
