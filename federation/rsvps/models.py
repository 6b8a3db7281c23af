"""Seats of sessions and who wants them. Every counter is taken from by a condition, so that two never get the last seat."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, attribute_keyed_dict, mapped_column, relationship

from federation.db import Base
from federation.rsvps.rules import PoolName
from shared.db import Instant, JsonText
from shared.protocol.states import Reach, RsvpOrigin, RsvpReason, RsvpState, SeatKind, SessionState

ID = sa.String(36)
SLUG = sa.String(24)
WORD = sa.String(24)


class SeatSession(Base):
    """What the seat authority knows of a session. Its row is locked by everything that moves seats: one at a time a session.

    `rev` is that of `seats.updated`. Who moves seats takes `is_told` back, and the worker tells what is then: of many at once,
    each would only write over what the last one told. `settled_at` is when it was decided who had come.
    """

    __tablename__ = "seat_sessions"
    __table_args__ = (sa.Index("ix_seat_sessions_ends", "settled_at", "ends_at"),)

    session_id: Mapped[str] = mapped_column(ID, primary_key=True)
    event_id: Mapped[str] = mapped_column(ID, index=True)
    host: Mapped[str] = mapped_column(SLUG)
    lead: Mapped[str] = mapped_column(SLUG)
    managers: Mapped[list[str]] = mapped_column(JsonText)
    readers: Mapped[list[str]] = mapped_column(JsonText)
    reach: Mapped[Reach] = mapped_column(WORD)
    state: Mapped[SessionState] = mapped_column(WORD)
    zone: Mapped[str] = mapped_column(sa.String(64))
    starts_at: Mapped[dt.datetime] = mapped_column(Instant)
    ends_at: Mapped[dt.datetime] = mapped_column(Instant)
    opens_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    closes_at: Mapped[dt.datetime] = mapped_column(Instant)
    waiting_list: Mapped[bool]
    approval: Mapped[bool]
    party_max: Mapped[int]
    price_credits: Mapped[int]
    rev: Mapped[int]
    is_told: Mapped[bool] = mapped_column(index=True)
    settled_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    pools: Mapped[dict[PoolName, "SeatPool"]] = relationship(
        primaryjoin="SeatSession.session_id == foreign(SeatPool.session_id)", collection_class=attribute_keyed_dict("name")
    )

    def seats_moved(self) -> None:
        """Have the worker tell what is left. What is to be told already is left alone: even that would be a row to look at."""
        if self.is_told:
            self.is_told = False


class SeatPool(Base):
    """The seats of one kind: `taken` by those who come, `held` for those who have an offer. Lower capacity evicts nobody.

    One that is closed has a capacity of 0. `waiting` counts its queue; nobody has ever joined that later than `queued_until`.
    """

    __tablename__ = "seat_pools"
    __table_args__ = (
        sa.CheckConstraint("taken >= 0 AND held >= 0", name="not_negative"),
        sa.CheckConstraint("waiting >= 0", name="nobody_less"),
    )

    session_id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[PoolName] = mapped_column(WORD, primary_key=True)
    is_open: Mapped[bool]
    capacity: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    queued_until: Mapped[dt.datetime | None] = mapped_column(Instant)

    @property
    def free(self) -> int | None:
        """What is left of it; None is no limit."""
        return None if self.capacity is None else max(0, self.capacity - self.taken - self.held)


class Rsvp(Base):
    """One wish to take part. `holder` is unique: one active RSVP of a person in a session.

    `queue_at` orders the queue; `told_place` is the place in it that home was told last.
    """

    __tablename__ = "rsvps"
    __table_args__ = (
        sa.UniqueConstraint("holder"),
        sa.CheckConstraint("party >= 1", name="somebody"),
        sa.Index("ix_rsvps_queue", "session_id", "pool", "state", "queue_at"),
        sa.Index("ix_rsvps_home_changed", "home", "changed_at"),
        sa.Index("ix_rsvps_host_changed", "host", "changed_at"),
        sa.Index("ix_rsvps_offer", "state", "offer_expires_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    session_id: Mapped[str] = mapped_column(ID)
    event_id: Mapped[str] = mapped_column(ID)
    home: Mapped[str] = mapped_column(SLUG)
    host: Mapped[str] = mapped_column(SLUG)
    guest: Mapped[str | None] = mapped_column(ID, index=True)
    holder: Mapped[str | None] = mapped_column(sa.String(120))
    pool: Mapped[PoolName] = mapped_column(WORD)
    origin: Mapped[RsvpOrigin] = mapped_column(WORD)
    state: Mapped[RsvpState] = mapped_column(WORD)
    reason: Mapped[RsvpReason | None] = mapped_column(WORD)
    party: Mapped[int]
    accept_fewer: Mapped[bool]
    take_at_once: Mapped[bool]
    zone: Mapped[str] = mapped_column(sa.String(64))
    price_credits: Mapped[int]
    charged_credits: Mapped[int | None]
    queue_at: Mapped[dt.datetime] = mapped_column(Instant)
    skipped: Mapped[int] = mapped_column(default=0)
    first_skipped_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    told_place: Mapped[int | None]
    offer_expires_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    checked_in_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    card: Mapped[str | None] = mapped_column(sa.Text)
    feedback: Mapped[str | None] = mapped_column(sa.Text)
    rev: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    changed_at: Mapped[dt.datetime] = mapped_column(Instant)

    @property
    def kind(self) -> SeatKind:
        """How the person takes part."""
        return PoolName(self.pool).kind

    @property
    def total_credits(self) -> int:
        """What the whole party costs."""
        return self.price_credits * self.party


class WithdrawnRsvp(Base):
    """A cancellation that came before its request, which is then refused."""

    __tablename__ = "withdrawn_rsvps"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    home: Mapped[str] = mapped_column(SLUG, primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(Instant, index=True)
