"""The mirror of events: what the hub last told of each event, its sessions and their seats, with epoch, rev and an as-of time."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Instant, JsonText
from shared.protocol.states import AttendeeList, EventState, Reach, SessionMode, SessionState
from space_node.calendar.rules import Shown
from space_node.db import Base

ID = sa.String(36)
SLUG = sa.String(24)
STATE = sa.String(16)
LANGUAGE = sa.String(2)


class MirrorEvent(Base):
    """An event as its lead describes it. `cohosts` is [{space, state}], with invitations only for those whom they concern.

    One that this space may no longer see stays as a tombstone without its texts, so that older news cannot bring it back.
    """

    __tablename__ = "mirror_events"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    epoch: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    rev: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    as_of: Mapped[dt.datetime] = mapped_column(Instant)
    removed: Mapped[bool] = mapped_column(default=False)
    lead: Mapped[str] = mapped_column(SLUG, default="")
    lead_rev: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    state: Mapped[EventState] = mapped_column(STATE, default=EventState.PUBLISHED)
    title: Mapped[str] = mapped_column(sa.String(120), default="")
    summary: Mapped[str] = mapped_column(sa.String(300), default="")
    description: Mapped[str] = mapped_column(sa.Text, default="")
    language: Mapped[str] = mapped_column(LANGUAGE, default="")
    topics: Mapped[list[str]] = mapped_column(JsonText, default=list)
    reach: Mapped[Reach] = mapped_column(STATE, default=Reach.SPACE)
    attendee_list: Mapped[AttendeeList] = mapped_column(STATE, default=AttendeeList.HIDDEN)
    format: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    cohosts: Mapped[list[dict[str, str]]] = mapped_column(JsonText, default=list)


class MirrorHolder(Base):
    """A space that holds an event: its lead, or a co-host that has accepted."""

    __tablename__ = "mirror_event_holders"

    event_id: Mapped[str] = mapped_column(ID, primary_key=True)
    space: Mapped[str] = mapped_column(SLUG, primary_key=True)


class MirrorTopic(Base):
    """A topic of an event, to search by: `key` is the same for all ways of writing it."""

    __tablename__ = "mirror_event_topics"
    __table_args__ = (sa.Index("ix_mirror_event_topics_key", "key", "event_id", "name"),)

    event_id: Mapped[str] = mapped_column(ID, primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(40))


class MirrorSession(Base):
    """One space's edition of an event, in the words of the wire. `city` is its venue's, `city_key` what a search compares.

    `shown_to` says who finds it here; it follows from the event and from who our twins are, and stands here so that a calendar
    is one walk along an index.
    """

    __tablename__ = "mirror_sessions"
    __table_args__ = (
        sa.Index("ix_mirror_sessions_event", "event_id", "starts_at"),
        sa.Index("ix_mirror_sessions_starts", "starts_at", "id", "ends_at", "shown_to"),
        sa.Index("ix_mirror_sessions_choices", "ends_at", "shown_to", "host", "mode", "language", "city_key", "city"),
        sa.Index("ix_mirror_sessions_host", "host", "starts_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    event_id: Mapped[str] = mapped_column(ID)
    epoch: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    rev: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    as_of: Mapped[dt.datetime] = mapped_column(Instant)
    host: Mapped[str] = mapped_column(SLUG)
    host_rev: Mapped[int] = mapped_column(sa.BigInteger)
    state: Mapped[SessionState] = mapped_column(STATE)
    starts_local: Mapped[str] = mapped_column(STATE)
    fold: Mapped[int]
    zone: Mapped[str] = mapped_column(sa.String(64))
    duration_minutes: Mapped[int]
    starts_at: Mapped[dt.datetime] = mapped_column(Instant)
    ends_at: Mapped[dt.datetime] = mapped_column(Instant)
    previous_starts_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    relay_of: Mapped[str | None] = mapped_column(ID)
    mode: Mapped[SessionMode] = mapped_column(STATE)
    venue: Mapped[dict[str, str] | None] = mapped_column(JsonText)
    shown_to: Mapped[Shown] = mapped_column(sa.String(8), default=Shown.NOBODY)
    city: Mapped[str] = mapped_column(sa.String(80), default="")
    city_key: Mapped[str] = mapped_column(sa.String(240), default="")
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
    sequence: Mapped[int]
    changed_at: Mapped[dt.datetime] = mapped_column(Instant)


class MirrorSeats(Base):
    """The seats of a session as the hub counts them: `pools` and `homes` in the words of the wire.

    `free` tells whether a newcomer would find a seat at once, for a search in the database.
    """

    __tablename__ = "mirror_seats"

    session_id: Mapped[str] = mapped_column(ID, primary_key=True)
    epoch: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    rev: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    as_of: Mapped[dt.datetime] = mapped_column(Instant)
    pools: Mapped[list[dict[str, Any]]] = mapped_column(JsonText)
    homes: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, default=list)
    free: Mapped[bool]
