"""The events that were made from a format here, and what was done for them."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Instant
from space_node.db import Base

ID = sa.String(36)


class ReplayPlan(Base):
    """An event that was made from a format here, and the day it is planned for: from it the dates of the checklist follow."""

    __tablename__ = "replay_plans"
    __table_args__ = (sa.Index("ix_replay_plans_format", "format_id", "version", "made_at"),)

    event_id: Mapped[str] = mapped_column(ID, primary_key=True)
    format_id: Mapped[str] = mapped_column(ID)
    version: Mapped[int]
    on: Mapped[dt.date]
    made_at: Mapped[dt.datetime] = mapped_column(Instant)


class DoneTask(Base):
    """A task of the checklist that was done: its place in the format's list."""

    __tablename__ = "done_tasks"

    event_id: Mapped[str] = mapped_column(ID, primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    done_at: Mapped[dt.datetime] = mapped_column(Instant)
