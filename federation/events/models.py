"""Events as their leads describe them, who holds them together, and each space's own sessions."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from federation.db import Base
from shared.columns import Instant, JsonText
from shared.protocol.states import AttendeeList, CohostState, EventState, Reach, SessionMode, SessionState

ID = sa.String(36)
SLUG = sa.String(24)
WORD = sa.String(24)
HASH = sa.String(64)
LANGUAGE = sa.String(2)


class Event(Base):
    """What the lead says, with the rev that it said it under, and the hub's own rev, which grows with the co-hosts too."""

    __tablename__ = "events"
    __table_args__ = (sa.Index("ix_events_changed", "changed_at"), sa.Index("ix_events_lead", "lead"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    lead: Mapped[str] = mapped_column(SLUG, sa.ForeignKey("spaces.slug"))
    lead_rev: Mapped[int]
    lead_sha256: Mapped[str] = mapped_column(HASH)
    rev: Mapped[int]
    state: Mapped[EventState] = mapped_column(WORD)
    title: Mapped[str] = mapped_column(sa.String(120))
    summary: Mapped[str] = mapped_column(sa.String(300))
    description: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(LANGUAGE)
    topics: Mapped[list[str]] = mapped_column(JsonText)
    reach: Mapped[Reach] = mapped_column(WORD)
    attendee_list: Mapped[AttendeeList] = mapped_column(WORD)
    format: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    note: Mapped[str] = mapped_column(sa.String(500))
    changed_at: Mapped[dt.datetime] = mapped_column(Instant)


class Cohost(Base):
    """What became of the invitation of one space, and what it wrote with its answer."""

    __tablename__ = "event_cohosts"
    __table_args__ = (sa.Index("ix_event_cohosts_space", "space", "state"),)

    event_id: Mapped[str] = mapped_column(ID, primary_key=True)
    space: Mapped[str] = mapped_column(SLUG, primary_key=True)
    state: Mapped[CohostState] = mapped_column(WORD)
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    changed_at: Mapped[dt.datetime] = mapped_column(Instant)


class EventSession(Base):
    """One space's edition. Wall time and zone are the truth; the instants are worked out from them by the hub."""

    __tablename__ = "event_sessions"
    __table_args__ = (
        sa.Index("ix_event_sessions_event", "event_id", "starts_at"),
        sa.Index("ix_event_sessions_ends", "ends_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    event_id: Mapped[str] = mapped_column(ID)
    host: Mapped[str] = mapped_column(SLUG)
    host_rev: Mapped[int]
    host_sha256: Mapped[str] = mapped_column(HASH)
    rev: Mapped[int]
    state: Mapped[SessionState] = mapped_column(WORD)
    starts_local: Mapped[str] = mapped_column(sa.String(16))
    fold: Mapped[int]
    zone: Mapped[str] = mapped_column(sa.String(64))
    duration_minutes: Mapped[int]
    relay_of: Mapped[str | None] = mapped_column(ID, index=True)
    mode: Mapped[SessionMode] = mapped_column(WORD)
    venue: Mapped[dict[str, str] | None] = mapped_column(JsonText)
    language: Mapped[str] = mapped_column(LANGUAGE)
    seats_in_person: Mapped[int | None]
    seats_remote: Mapped[int | None]
    door_seats: Mapped[int]
    waiting_list: Mapped[bool]
    approval: Mapped[bool]
    party_max: Mapped[int]
    price_credits: Mapped[int]
    opens_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    closes_at: Mapped[dt.datetime] = mapped_column(Instant)
    note: Mapped[str] = mapped_column(sa.String(500))
    starts_at: Mapped[dt.datetime] = mapped_column(Instant)
    ends_at: Mapped[dt.datetime] = mapped_column(Instant)
    previous_starts_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    sequence: Mapped[int]
    changed_at: Mapped[dt.datetime] = mapped_column(Instant)


class EventsTold(Base):
    """That both sides of an activated twinning have been told each other's events."""

    __tablename__ = "events_told"

    twinning_id: Mapped[str] = mapped_column(ID, primary_key=True)
    version: Mapped[int]
