"""Reads about a recovery."""

import datetime as dt

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from federation.db import FeedCounter
from federation.recovery import rules
from federation.recovery.models import RetoldCall, UntoldSpace
from federation.spaces import queries as spaces


def recovering_since(session: Session) -> dt.datetime | None:
    """Since when this hub is being told what it has forgotten, or None."""
    return session.scalar(select(FeedCounter.recovering_since))


def may_have_forgotten(session: Session, answered_at: dt.datetime) -> bool:
    """Whether an answer of this time may be one that this hub does not know of any more."""
    restored_to = session.scalar(select(FeedCounter.restored_to))
    return restored_to is not None and answered_at >= restored_to - rules.MARGIN


def may_begin(session: Session, now: dt.datetime) -> bool:
    """Whether what was told can be done again: nothing that came before it is still to be told."""
    since = recovering_since(session)
    if since is None:
        return True
    return rules.is_over(since=since, now=now, active=spaces.live_slugs(session), untold=_untold(session))


def calls(session: Session) -> list[RetoldCall]:
    """What was told and is not done yet, in the order in which it was answered.

    Whoever tells when the others no longer wait is heard to the end first: of its calls, too, one may make room for another.
    """
    kept = select(RetoldCall).order_by(RetoldCall.order)
    if recovering_since(session) is None:
        kept = kept.where(RetoldCall.space.not_in(_untold(session)))
    return list(session.scalars(kept))


def is_over(session: Session) -> bool:
    """Whether all has been told, and done again."""
    waiting = session.scalar(select(exists(select(RetoldCall.seal))))
    return recovering_since(session) is None and not waiting and not _untold(session)


def must_wait(session: Session, space: str) -> bool:
    """Whether nothing new is decided for a space: nobody's turn has come yet, or what it was answered before goes first."""
    waiting = session.scalar(select(exists(select(RetoldCall.seal).where(RetoldCall.space == space))))
    return recovering_since(session) is not None or bool(waiting) or space in _untold(session)


def told_since(session: Session) -> dt.datetime | None:
    """Since when commands are still to be told, or to be done again; None where there is nothing left."""
    return None if is_over(session) else session.scalar(select(FeedCounter.restored_to))


def _untold(session: Session) -> set[str]:
    return spaces.speaking_slugs(session).intersection(session.scalars(select(UntoldSpace.space)))
