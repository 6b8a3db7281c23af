"""What this space organises: its events, its own sessions of any event, and what it has asked of co-hosts or answered them.

`rev` is this space's own, 0 for what never left the node; `acked_rev` the last one that the hub has. `fault` is the slug with
which the hub refused the present rev, `fault_detail` its sentence.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Instant, JsonText
from shared.protocol.states import AttendeeList, CohostState, EventState, Reach, SessionMode, SessionState
from space_node.db import Base
from space_node.events import rules
from space_node.events.rules import Standing

ID = sa.String(36)
SLUG = sa.String(24)
WORD = sa.String(16)


class _Sent:
    """What goes to the hub under revs of our own."""

    rev: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    acked_rev: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    fault: Mapped[str | None] = mapped_column(sa.String(80))
    fault_detail: Mapped[str] = mapped_column(sa.String(500), default="")

    @property
    def standing(self) -> Standing:
        """How it stands with the hub."""
        return rules.standing(rev=self.rev, acked_rev=self.acked_rev, fault=self.fault)


class OwnEvent(_Sent, Base):
    """An event that this space leads, a draft at first."""

    __tablename__ = "own_events"
    __table_args__ = (sa.Index("ix_own_events_state", "state", "id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    state: Mapped[EventState] = mapped_column(WORD, default=EventState.DRAFT)
    title: Mapped[str] = mapped_column(sa.String(120))
    summary: Mapped[str] = mapped_column(sa.String(300))
    description: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(2))
    topics: Mapped[list[str]] = mapped_column(JsonText)
    reach: Mapped[Reach] = mapped_column(WORD)
    attendee_list: Mapped[AttendeeList] = mapped_column(WORD)
    format: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    made_at: Mapped[dt.datetime] = mapped_column(Instant)
    changed_at: Mapped[dt.datetime] = mapped_column(Instant)


class OwnSession(_Sent, Base):
    """This space's edition of an event, its own or another's. The way into the remote part never leaves with it."""

    __tablename__ = "own_sessions"
    __table_args__ = (sa.Index("ix_own_sessions_event", "event_id", "starts_at"), sa.Index("ix_own_sessions_starts", "starts_at"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    event_id: Mapped[str] = mapped_column(ID)
    state: Mapped[SessionState] = mapped_column(WORD, default=SessionState.SCHEDULED)
    starts_local: Mapped[str] = mapped_column(WORD)
    fold: Mapped[int]
    zone: Mapped[str] = mapped_column(sa.String(64))
    starts_at: Mapped[dt.datetime] = mapped_column(Instant)
    ends_at: Mapped[dt.datetime] = mapped_column(Instant)
    duration_minutes: Mapped[int]
    relay_of: Mapped[str | None] = mapped_column(ID)
    mode: Mapped[SessionMode] = mapped_column(WORD)
    venue: Mapped[dict[str, str] | None] = mapped_column(JsonText)
    language: Mapped[str] = mapped_column(sa.String(2))
    seats_in_person: Mapped[int | None]
    seats_remote: Mapped[int | None]
    door_seats: Mapped[int]
    waiting_list: Mapped[bool]
    approval: Mapped[bool]
    party_max: Mapped[int]
    price_credits: Mapped[int]
    opens_local: Mapped[str | None] = mapped_column(WORD)
    closes_local: Mapped[str | None] = mapped_column(WORD)
    opens_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    closes_at: Mapped[dt.datetime] = mapped_column(Instant)
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    join_url: Mapped[str] = mapped_column(sa.String(500), default="")
    changed_at: Mapped[dt.datetime] = mapped_column(Instant)


class CohostWish(Base):
    """What was last asked about a co-host: by us as the lead, or of ourselves as an answer. What holds is in the mirror.

    `sent` is false while the event is a draft; `answered` says that the hub has it.
    """

    __tablename__ = "cohost_wishes"

    event_id: Mapped[str] = mapped_column(ID, primary_key=True)
    space: Mapped[str] = mapped_column(SLUG, primary_key=True)
    wanted: Mapped[CohostState] = mapped_column(WORD)
    sent: Mapped[bool] = mapped_column(default=False)
    answered: Mapped[bool] = mapped_column(default=False)
    fault: Mapped[str | None] = mapped_column(sa.String(80))
    fault_detail: Mapped[str] = mapped_column(sa.String(500), default="")
    asked_at: Mapped[dt.datetime] = mapped_column(Instant)

    @property
    def is_open(self) -> bool:
        """Whether the hub has not answered yet."""
        return self.sent and not self.answered and self.fault is None

    @property
    def standing(self) -> Standing:
        """How it stands with the hub."""
        return rules.standing(rev=int(self.sent), acked_rev=int(self.answered), fault=self.fault)


class Invitation(Base):
    """Another space's event that this space is, or was, asked to hold too; its texts are in the mirror."""

    __tablename__ = "cohost_invitations"

    event_id: Mapped[str] = mapped_column(ID, primary_key=True)
    state: Mapped[CohostState] = mapped_column(WORD)
    heard_at: Mapped[dt.datetime] = mapped_column(Instant)
