"""The hub's database: its Base, its transactions, and the plumbing tables that no slice owns."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Session

from shared.db import NAMING, make_db
from shared.db import read_only as read_only_on
from shared.db import transactional as transactional_on
from shared.idempotency import AnswerMixin
from shared.messaging.feed import FeedCounterMixin, FeedMixin, append
from shared.messaging.reconcile import ReconcilerRunMixin
from shared.protocol.registry import FEED_TYPES


class Base(DeclarativeBase):
    """What every table of the hub derives from."""

    metadata = sa.MetaData(naming_convention=NAMING)


db = make_db(Base)
transactional = transactional_on(db)
read_only = read_only_on(db)


class Feed(FeedMixin, Base):
    """The change feed: one row a reader and change."""

    __tablename__ = "feed"


class FeedCounter(FeedCounterMixin, Base):
    """The next number of the feed, and the epoch that a restore raises."""

    __tablename__ = "feed_counter"


class Answer(AnswerMixin, Base):
    """Answers given, so that a repeated call gets the first one."""

    __tablename__ = "answers"


class ReconcilerRun(ReconcilerRunMixin, Base):
    """When each reconciler last ran, and what it found."""

    __tablename__ = "reconciler_runs"


def publish(
    session: Session,
    *,
    to: Iterable[str],
    type: str,
    subject: str,
    rev: int,
    data: dict[str, Any],
    now: dt.datetime,
    coalesce: bool = False,
) -> None:
    """Write one feed row a reader ("*" is the whole network), in the caller's transaction.

    `data` holds Python values; the schema of the type writes them. Raises KeyError for an unknown type.
    """
    wire = FEED_TYPES[type]().dump(data)
    append(session, Feed, FeedCounter, to=to, type=type, subject=subject, rev=rev, data=wire, now=now, coalesce=coalesce)
