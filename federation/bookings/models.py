"""Stays and the counters of seats. Every counter is taken from by a condition, so that two never get the last seat."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from federation.bookings.errors import AlreadyHere
from federation.db import Base
from shared.db import Instant
from shared.protocol.states import BookingState, Half, Origin, Part, Payer

ID = sa.String(36)
SLUG = sa.String(24)
WORD = sa.String(24)


class AvailabilityState(Base):
    """How far a host has published what it offers."""

    __tablename__ = "availability_states"

    host: Mapped[str] = mapped_column(SLUG, sa.ForeignKey("spaces.slug"), primary_key=True)
    rev: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))


class DayOffer(Base):
    """What a host offers guests on one local day; `rev` grows with every change of offered or taken seats."""

    __tablename__ = "day_offers"

    host: Mapped[str] = mapped_column(SLUG, sa.ForeignKey("spaces.slug"), primary_key=True)
    on: Mapped[dt.date] = mapped_column(primary_key=True)
    open: Mapped[bool]
    rev: Mapped[int]
    opens_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    noon_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    closes_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class CommonSeats(Base):
    """Seats of one half day that any twin may take. Lowering what is offered evicts nobody."""

    __tablename__ = "common_seats"
    __table_args__ = (sa.CheckConstraint("taken >= 0 AND offered >= 0", name="not_negative"),)

    host: Mapped[str] = mapped_column(SLUG, primary_key=True)
    on: Mapped[dt.date] = mapped_column(primary_key=True)
    half: Mapped[Half] = mapped_column(WORD, primary_key=True)
    offered: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)


class SetAsideSeats(Base):
    """Seats of one half day that a twinning keeps for one twin."""

    __tablename__ = "set_aside_seats"
    __table_args__ = (sa.CheckConstraint("taken >= 0", name="not_negative"),)

    twinning_id: Mapped[str] = mapped_column(ID, primary_key=True)
    host: Mapped[str] = mapped_column(SLUG, primary_key=True)
    on: Mapped[dt.date] = mapped_column(primary_key=True)
    half: Mapped[Half] = mapped_column(WORD, primary_key=True)
    taken: Mapped[int] = mapped_column(default=0)


class GuestDays(Base):
    """How many days a member has taken at one twin in one month of the host."""

    __tablename__ = "guest_days"
    __table_args__ = (sa.CheckConstraint("taken >= 0", name="not_negative"),)

    twinning_id: Mapped[str] = mapped_column(ID, primary_key=True)
    host: Mapped[str] = mapped_column(SLUG, primary_key=True)
    guest: Mapped[str] = mapped_column(ID, primary_key=True)
    month: Mapped[str] = mapped_column(sa.String(7), primary_key=True)
    taken: Mapped[int] = mapped_column(default=0)


class AvailabilityTold(Base):
    """That both sides of an activated twinning have been told each other's days."""

    __tablename__ = "availability_told"

    twinning_id: Mapped[str] = mapped_column(ID, primary_key=True)
    version: Mapped[int]


class Booking(Base):
    """One stay with its frozen terms. `held_…` is unique: one stay of a guest at a host and half day; and one of a passport."""

    __tablename__ = "bookings"
    __table_args__ = (
        sa.UniqueConstraint("held_morning"),
        sa.UniqueConstraint("held_afternoon"),
        sa.UniqueConstraint("host", "on", "passport_ref"),
        sa.CheckConstraint("home <> host", name="away"),
        sa.Index("ix_bookings_home_changed", "home", "changed_at"),
        sa.Index("ix_bookings_host_on", "host", "on"),
        sa.Index("ix_bookings_state_closes", "state", "closes_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    request_id: Mapped[str | None] = mapped_column(ID, index=True)
    home: Mapped[str] = mapped_column(SLUG)
    host: Mapped[str] = mapped_column(SLUG)
    guest: Mapped[str | None] = mapped_column(ID, index=True)
    host_guest: Mapped[str | None] = mapped_column(ID)
    twinning_id: Mapped[str] = mapped_column(ID)
    on: Mapped[dt.date]
    part: Mapped[Part] = mapped_column(WORD)
    zone: Mapped[str] = mapped_column(sa.String(64))
    opens_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    closes_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    terms_version: Mapped[int]
    price_credits: Mapped[int]
    charged_credits: Mapped[int | None]
    claim_credits: Mapped[int | None]
    post_after: Mapped[dt.datetime | None] = mapped_column(Instant, index=True)
    state: Mapped[BookingState] = mapped_column(WORD)
    reason: Mapped[str | None] = mapped_column(sa.String(60))
    rev: Mapped[int]
    origin: Mapped[Origin] = mapped_column(WORD)
    payer: Mapped[Payer] = mapped_column(WORD)
    card: Mapped[str | None] = mapped_column(sa.Text)
    morning_seat: Mapped[str | None] = mapped_column(WORD)
    afternoon_seat: Mapped[str | None] = mapped_column(WORD)
    held_morning: Mapped[str | None] = mapped_column(sa.String(120))
    held_afternoon: Mapped[str | None] = mapped_column(sa.String(120))
    checked_in_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    proof_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    passport_ref: Mapped[str | None] = mapped_column(sa.String(64))
    record: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    changed_at: Mapped[dt.datetime] = mapped_column(Instant)


# What a second stay of one guest at one host on one day runs into.
ONE_STAY = dict.fromkeys(
    ("uq_bookings_held_morning", "uq_bookings_held_afternoon", "uq_bookings_host_on_passport_ref"), AlreadyHere
)
