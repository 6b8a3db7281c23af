"""Reads about a recovery."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.db import FeedCounter
from federation.recovery import rules
from federation.recovery.models import RetoldCall, RetoldSpace
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
    told = session.scalars(select(RetoldSpace.space)).all()
    return since is None or rules.is_over(since=since, now=now, active=spaces.live_slugs(session), told=told)


def calls(session: Session) -> list[RetoldCall]:
    """What was told and is not done yet, in the order in which it was answered."""
    return list(session.scalars(select(RetoldCall).order_by(RetoldCall.order)))
