"""The node's database: its Base, its transactions, and the plumbing tables that no slice owns."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

from shared.db import NAMING, make_db
from shared.db import read_only as read_only_on
from shared.db import transactional as transactional_on
from shared.mail import MailMixin
from shared.messaging.feed_reader import ParkedItemMixin, ReaderStateMixin
from shared.messaging.outbox import OutboxMixin
from shared.messaging.reconcile import ReconcilerRunMixin


class Base(DeclarativeBase):
    """What every table of the node derives from."""

    metadata = sa.MetaData(naming_convention=NAMING)


db = make_db(Base)
transactional = transactional_on(db)
read_only = read_only_on(db)


class Outbox(OutboxMixin, Base):
    """The commands for the hub, until they are answered."""

    __tablename__ = "outbox"


class ReaderState(ReaderStateMixin, Base):
    """Where this node stands in the hub's feed."""

    __tablename__ = "reader_state"


class ParkedItem(ParkedItemMixin, Base):
    """News that could not be taken in, for the manager to see."""

    __tablename__ = "parked_items"


class ReconcilerRun(ReconcilerRunMixin, Base):
    """When each reconciler last ran, and what it found."""

    __tablename__ = "reconciler_runs"


class Mail(MailMixin, Base):
    """The mails to people, until they are sent."""

    __tablename__ = "mail"
