"""Guests of our own sessions, as the hub last told and as the desk has seen them; and what we tell their home spaces."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, validates

from shared.db import Instant
from shared.protocol.states import RsvpOrigin, RsvpState, SeatKind
from shared.text import search_key
from space_node.db import Base

ID = sa.String(36)
SLUG = sa.String(24)
HASH = sa.String(64)
NAME_KEY_MAX = 240


class GuestRsvp(Base):
    """One person, or party, who wants to come to a session of ours. `epoch` and `rev` are the hub's, 0 until it has told of them.

    `arrived_at` is the desk's own word, until the hub has answered the message `report_id` that carries it. `door_seat` says that
    a seat kept for the door is taken; `same_as` names the request that took the place of one which found the session full.
    """

    __tablename__ = "guest_rsvps"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "passport_ref"),
        sa.Index("ix_guest_rsvps_session", "session_id", "state"),
        sa.Index("ix_guest_rsvps_home", "home", "session_id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    session_id: Mapped[str] = mapped_column(ID)
    event_id: Mapped[str] = mapped_column(ID)
    home: Mapped[str | None] = mapped_column(SLUG)
    kind: Mapped[SeatKind] = mapped_column(sa.String(16))
    origin: Mapped[RsvpOrigin] = mapped_column(sa.String(16))
    state: Mapped[RsvpState] = mapped_column(sa.String(24))
    reason: Mapped[str | None] = mapped_column(sa.String(60))
    epoch: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    rev: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    party: Mapped[int] = mapped_column(default=1)
    price_credits: Mapped[int] = mapped_column(default=0)
    charged_credits: Mapped[int | None]
    name: Mapped[str] = mapped_column(sa.String(80), default="")
    # The name as it is searched and sorted by.
    name_key: Mapped[str] = mapped_column(sa.String(NAME_KEY_MAX), default="")
    shares: Mapped[bool] = mapped_column(default=False)
    # How to write to them should their space be silent: still sealed, and opened only then; and when that was done last.
    urgent_box: Mapped[str | None] = mapped_column(sa.Text)
    told_directly_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    names_erased_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    # Of those received at the door: one passport is one person at a session.
    passport_ref: Mapped[str | None] = mapped_column(HASH)
    door_seat: Mapped[bool] = mapped_column(default=False)
    same_as: Mapped[str | None] = mapped_column(ID)
    arrived_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    report_id: Mapped[str | None] = mapped_column(ID)
    # What was asked of the hub and is not answered yet: approve, reject or cancel.
    asked: Mapped[str] = mapped_column(sa.String(8), default="")
    problem: Mapped[str | None] = mapped_column(sa.String(80))
    stars: Mapped[int | None]
    feedback: Mapped[str] = mapped_column(sa.Text, default="")
    feedback_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    as_of: Mapped[dt.datetime] = mapped_column(Instant)

    @validates("name")
    def _keyed(self, _attribute: str, name: str) -> str:
        self.name_key = search_key(name)[:NAME_KEY_MAX]
        return name


class HostedSession(Base):
    """What we keep of a session of ours: when it ends, how many of the seats kept for its door are taken, the recap."""

    __tablename__ = "hosted_sessions"
    __table_args__ = (sa.CheckConstraint("door_taken >= 0", name="door_taken"),)

    session_id: Mapped[str] = mapped_column(ID, primary_key=True)
    ends_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    door_taken: Mapped[int] = mapped_column(default=0)
    recap: Mapped[str] = mapped_column(sa.Text, default="")
    recap_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class SessionNotice(Base):
    """One message to those who come to a session of ours."""

    __tablename__ = "session_notices"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    session_id: Mapped[str] = mapped_column(ID, index=True)
    at: Mapped[dt.datetime] = mapped_column(Instant)
    text: Mapped[str] = mapped_column(sa.Text)


class SentBrief(Base):
    """What a home was last told about its people at a session: only its hash, so that only changes travel."""

    __tablename__ = "sent_briefs"

    session_id: Mapped[str] = mapped_column(ID, primary_key=True)
    home: Mapped[str] = mapped_column(SLUG, primary_key=True)
    rev: Mapped[int]
    sha256: Mapped[str] = mapped_column(HASH)
    sent_at: Mapped[dt.datetime] = mapped_column(Instant)


class SharedRecap(Base):
    """The recap of another space's session of an event that we hold together."""

    __tablename__ = "shared_recaps"

    session_id: Mapped[str] = mapped_column(ID, primary_key=True)
    host: Mapped[str] = mapped_column(SLUG)
    epoch: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    rev: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    text: Mapped[str] = mapped_column(sa.Text)
    as_of: Mapped[dt.datetime] = mapped_column(Instant)
