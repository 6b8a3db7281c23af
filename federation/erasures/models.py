"""The list of those who are to be forgotten: random names only. It is kept, so that it can be applied again after a restore."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from federation.db import Base
from shared.db import Instant, JsonText

ID = sa.String(36)
SLUG = sa.String(24)


class Erasure(Base):
    """One pseudonym that its home has let go of. `finished_at` is when nothing in this hub pointed to it any more."""

    __tablename__ = "erasures"
    __table_args__ = (sa.UniqueConstraint("home", "guest"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    home: Mapped[str] = mapped_column(SLUG)
    guest: Mapped[str] = mapped_column(ID)
    rev: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[dt.datetime] = mapped_column(Instant)
    finished_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    parts: Mapped[list["ErasurePart"]] = relationship(order_by="ErasurePart.space")


class ErasurePart(Base):
    """What one host holds of the person, as of which rev it was told so, and when it has confirmed that it is gone."""

    __tablename__ = "erasure_parts"

    erasure_id: Mapped[str] = mapped_column(ID, sa.ForeignKey("erasures.id"), primary_key=True)
    space: Mapped[str] = mapped_column(SLUG, primary_key=True, index=True)
    rev: Mapped[int]
    bookings: Mapped[list[str]] = mapped_column(JsonText, default=list)
    rsvps: Mapped[list[str]] = mapped_column(JsonText, default=list)
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
