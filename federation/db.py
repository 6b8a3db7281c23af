"""The hub's database: its Base, its transactions, and the plumbing tables that no slice owns."""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import marshmallow as ma
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Session

from shared.db import NAMING, make_db
from shared.db import read_only as read_only_on
from shared.db import transactional as transactional_on
from shared.idempotency import AnswerMixin
from shared.mail import MailMixin
from shared.messaging.feed import FeedCounterMixin, FeedMixin, append, bounds
from shared.messaging.reconcile import ReconcilerRunMixin
from shared.protocol.registry import FEED_TYPES


class Base(DeclarativeBase):
    """What every table of the hub derives from."""

    metadata = sa.MetaData(naming_convention=NAMING)


db = make_db(Base)
transactional = transactional_on(db)
read_only = read_only_on(db)
glance = read_only_on(db, one_statement=True)


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


@cache
def _schema_of(type: str) -> ma.Schema:
    return FEED_TYPES[type]()


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
    wire = _schema_of(type).dump(data)
    bodies = dict.fromkeys(to, wire)
    append(session, Feed, FeedCounter, bodies, type=type, subject=subject, rev=rev, now=now, coalesce=coalesce)


def publish_each(
    session: Session, forms: Mapping[str, dict[str, Any]], *, type: str, subject: str, rev: int, now: dt.datetime
) -> None:
    """As `publish`, with what each reader gets, for what readers see in different forms."""
    bodies = {reader: _schema_of(type).dump(data) for reader, data in forms.items()}
    append(session, Feed, FeedCounter, bodies, type=type, subject=subject, rev=rev, now=now)


def was_restored(session: Session) -> bool:
    """Whether there was a life of this hub that it has forgotten, and of which nodes may have heard."""
    return bounds(session, FeedCounter).restored_to is not None


class Mail(MailMixin, Base):
    """The mails to people, until they are sent."""

    __tablename__ = "mail"
