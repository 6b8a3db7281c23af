"""Spaces of the network and the invites by which they join."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from federation.db import Base
from shared.db import Instant, JsonText
from shared.protocol.states import SpaceState

SLUG = sa.String(24)


class Space(Base):
    """A member of the network. Its slug is retired with it and never used again."""

    __tablename__ = "spaces"
    __table_args__ = (sa.CheckConstraint("rev >= 1", name="rev_positive"),)

    slug: Mapped[str] = mapped_column(SLUG, primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    city: Mapped[str] = mapped_column(sa.String(80), default="")
    country: Mapped[str] = mapped_column(sa.String(2), default="")
    zone: Mapped[str] = mapped_column(sa.String(64), default="UTC")
    state: Mapped[SpaceState] = mapped_column(sa.String(16), default=SpaceState.INVITED)
    suspended_from: Mapped[SpaceState | None] = mapped_column(sa.String(16))
    state_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    rev: Mapped[int] = mapped_column(default=1)
    profile: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    profile_rev: Mapped[int] = mapped_column(default=0)
    profile_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    root_thumbprint: Mapped[str | None] = mapped_column(sa.String(64))
    contact_email: Mapped[str] = mapped_column(sa.String(254), default="")
    charter_version: Mapped[int] = mapped_column(default=0)
    charter_accepted_by: Mapped[str] = mapped_column(sa.String(80), default="")
    issuer_limit_credits: Mapped[int] = mapped_column(default=0)
    pair_limit_credits: Mapped[int] = mapped_column(default=0)
    open_bookings_max: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    state_changed_at: Mapped[dt.datetime] = mapped_column(Instant)
    last_seen_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    cursor_seq: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    outbox_oldest_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class Invite(Base):
    """A one-use invite, stored hashed, and the application that used it, so that a repeat gets the same answer."""

    __tablename__ = "invites"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    space: Mapped[str] = mapped_column(SLUG, sa.ForeignKey("spaces.slug"), index=True)
    expires_at: Mapped[dt.datetime] = mapped_column(Instant)
    created_by: Mapped[str] = mapped_column(sa.String(254))
    used_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    application_id: Mapped[str | None] = mapped_column(sa.String(36))


class Approval(Base):
    """One operator's yes to an activation; the second pair of eyes completes it (DESIGN §11)."""

    __tablename__ = "approvals"
    __table_args__ = (sa.UniqueConstraint("space", "operator"),)

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    space: Mapped[str] = mapped_column(SLUG, sa.ForeignKey("spaces.slug"))
    operator: Mapped[str] = mapped_column(sa.String(254))
    at: Mapped[dt.datetime] = mapped_column(Instant)


class Outage(Base):
    """A time in which a node was not heard of: what was pressed there meanwhile keeps its place in queues."""

    __tablename__ = "outages"

    space: Mapped[str] = mapped_column(SLUG, sa.ForeignKey("spaces.slug"), primary_key=True)
    since: Mapped[dt.datetime] = mapped_column(Instant, primary_key=True)
    until: Mapped[dt.datetime] = mapped_column(Instant)
