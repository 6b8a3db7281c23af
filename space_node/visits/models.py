"""Guests' stays here, as the hub last told and as the desk has seen them; and the signed records of what really happened."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Instant
from shared.protocol.states import BookingState, Origin, Part, Payer
from space_node.db import Base

ID = sa.String(36)
SLUG = sa.String(24)
HASH = sa.String(64)


class Visit(Base):
    """One stay here. `epoch` and `rev` are the hub's, 0 for what it has not told of yet; `arrived_at` is the desk's own word.

    `problem` is the slug with which the hub refused what the desk reported; `same_as` the visit that a walk-in turned out to be.
    """

    __tablename__ = "visits"
    __table_args__ = (
        sa.UniqueConstraint("passport_ref", "on"),
        sa.Index(None, "on", "home"),
        sa.Index(None, "home", "on"),
    )

    booking_id: Mapped[str] = mapped_column(ID, primary_key=True)
    home: Mapped[str] = mapped_column(SLUG)
    host_guest: Mapped[str | None] = mapped_column(ID)
    origin: Mapped[Origin] = mapped_column(sa.String(16))
    on: Mapped[dt.date]
    part: Mapped[Part] = mapped_column(sa.String(16))
    zone: Mapped[str] = mapped_column(sa.String(64))
    opens_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    closes_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    state: Mapped[BookingState] = mapped_column(sa.String(24))
    epoch: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    rev: Mapped[int] = mapped_column(default=0)
    payer: Mapped[Payer] = mapped_column(sa.String(16))
    price_credits: Mapped[int]
    charged_credits: Mapped[int | None]
    guest_name: Mapped[str] = mapped_column(sa.String(80), default="")
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    names_erased_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    # Of walk-ins only: one passport begins one visit a day.
    passport_ref: Mapped[str | None] = mapped_column(HASH)
    arrived_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    checked_in_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    cancel_asked_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    problem: Mapped[str | None] = mapped_column(sa.String(80))
    same_as: Mapped[str | None] = mapped_column(ID, index=True)
    as_of: Mapped[dt.datetime] = mapped_column(Instant)


class VisitRecord(Base):
    """What the desk has seen, signed by this space and never changed; a correction is another record."""

    __tablename__ = "visit_records"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    booking_id: Mapped[str] = mapped_column(ID, index=True)
    on: Mapped[dt.date]
    at: Mapped[dt.datetime] = mapped_column(Instant)
    proof_sha256: Mapped[str | None] = mapped_column(HASH)
    passport_ref: Mapped[str | None] = mapped_column(HASH, index=True)
    offline: Mapped[bool]
    document: Mapped[str] = mapped_column(sa.Text)
