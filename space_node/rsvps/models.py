"""Our members' places at events as the hub last told, and what hosts tell those who come."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Instant, JsonText
from shared.protocol.states import RsvpOrigin, RsvpState, SeatKind
from space_node.db import Base

ID = sa.String(36)
SLUG = sa.String(24)


class Rsvp(Base):
    """One wish of one member to take part in a session. `epoch` and `rev` are the hub's; 0 until it has answered.

    `held` is filled while it counts as the one RSVP that a member may have for a session. Title, times, zone and the session's
    calendar sequence are those last seen, so that it can be shown when the event itself may no longer be. A person received at
    the door may be nobody known yet.
    """

    __tablename__ = "rsvps"
    __table_args__ = (
        sa.UniqueConstraint("held"),
        sa.Index("ix_rsvps_member_starts", "member_id", "starts_at"),
        sa.Index("ix_rsvps_session", "session_id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    session_id: Mapped[str] = mapped_column(ID)
    event_id: Mapped[str] = mapped_column(ID)
    member_id: Mapped[str | None] = mapped_column(ID)
    held: Mapped[str | None] = mapped_column(sa.String(73))
    host: Mapped[str] = mapped_column(SLUG)
    title: Mapped[str] = mapped_column(sa.String(120), default="")
    zone: Mapped[str] = mapped_column(sa.String(64), default="UTC")
    starts_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    ends_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    kind: Mapped[SeatKind] = mapped_column(sa.String(16))
    origin: Mapped[RsvpOrigin] = mapped_column(sa.String(8), default=RsvpOrigin.HOME)
    state: Mapped[RsvpState] = mapped_column(sa.String(24), default=RsvpState.ASKED)
    reason: Mapped[str | None] = mapped_column(sa.String(60))
    epoch: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    rev: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    party: Mapped[int] = mapped_column(default=1)
    accept_fewer: Mapped[bool] = mapped_column(default=False)
    take_at_once: Mapped[bool] = mapped_column(default=False)
    shares: Mapped[bool] = mapped_column(default=False)
    # The host may write to the member itself should this space be silent.
    may_write: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    price_credits: Mapped[int] = mapped_column(default=0)
    price_now_credits: Mapped[int | None]
    charged_credits: Mapped[int | None]
    place: Mapped[int | None]
    waiting: Mapped[int | None]
    offer_expires_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    checked_in_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    asked_at: Mapped[dt.datetime] = mapped_column(Instant)
    answered_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    # What the member has pressed and the hub has not answered: cancel, accept, decline or switch.
    pressed: Mapped[str | None] = mapped_column(sa.String(8))
    problem: Mapped[str | None] = mapped_column(sa.String(80))
    feedback_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    # Of the member's own calendar: whether this was ever a seat, how often it changed there, and when last.
    was_sure: Mapped[bool] = mapped_column(default=False)
    calendar_steps: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[dt.datetime] = mapped_column(Instant)


class MirrorBrief(Base):
    """What a host tells our members who come to a session, opened. People and link go 30 days after (`erased_at`)."""

    __tablename__ = "mirror_briefs"

    session_id: Mapped[str] = mapped_column(ID, primary_key=True)
    host: Mapped[str] = mapped_column(SLUG)
    epoch: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    rev: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    as_of: Mapped[dt.datetime] = mapped_column(Instant)
    join_url: Mapped[str | None] = mapped_column(sa.String(500))
    notices: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, default=list)
    attendees: Mapped[list[dict[str, str]]] = mapped_column(JsonText, default=list)
    sharing: Mapped[int] = mapped_column(default=0)
    recap: Mapped[str] = mapped_column(sa.Text, default="")
    erased_at: Mapped[dt.datetime | None] = mapped_column(Instant)
