"""The addresses of members' own calendars."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Instant
from space_node.db import Base


class CalendarFeed(Base):
    """The secret address of one member's calendar, of which only the hash is kept; a new one takes the place of the old."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (sa.UniqueConstraint("token_sha256"),)

    member_id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    token_sha256: Mapped[str] = mapped_column(sa.String(64))
    with_waiting: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
