"""What this space offers guests: seats by weekday, and days on which it is otherwise."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Instant
from space_node.db import Base


class WeekdayOffer(Base):
    """Seats for guests on one weekday, by half; 0 is Monday."""

    __tablename__ = "weekday_offers"
    __table_args__ = (sa.CheckConstraint("morning_seats >= 0 AND afternoon_seats >= 0", name="seats"),)

    weekday: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    morning_seats: Mapped[int]
    afternoon_seats: Mapped[int]


class DayException(Base):
    """One day that differs from its weekday: closed to guests, or with another number of seats."""

    __tablename__ = "day_exceptions"
    __table_args__ = (sa.CheckConstraint("morning_seats >= 0 AND afternoon_seats >= 0", name="seats"),)

    on: Mapped[dt.date] = mapped_column(primary_key=True)
    open: Mapped[bool]
    morning_seats: Mapped[int]
    afternoon_seats: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.String(200), default="")


class PublishedDay(Base):
    """What was last sent to the hub about a day, so that only changes travel."""

    __tablename__ = "published_days"

    on: Mapped[dt.date] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    sent_at: Mapped[dt.datetime] = mapped_column(Instant)
