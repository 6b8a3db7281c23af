"""What the node knows of itself in the network, and its mirror of the others: each row with epoch, rev and an as-of time."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Instant, JsonText
from shared.protocol.states import SpaceState, TwinningState
from space_node.db import Base

SLUG = sa.String(24)
THE_ONE = 1


class Identity(Base):
    """This space in its network: one row, written when it joins. Its own profile has this node as its authority."""

    __tablename__ = "identity"
    __table_args__ = (sa.CheckConstraint("id = 1", name="the_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=THE_ONE)
    slug: Mapped[str] = mapped_column(SLUG)
    hub: Mapped[str] = mapped_column(sa.String(200))
    hub_root_thumbprint: Mapped[str] = mapped_column(sa.String(64))
    hub_key_set: Mapped[str] = mapped_column(sa.Text)
    network: Mapped[str] = mapped_column(sa.String(80))
    epoch: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    invite_sha256: Mapped[str] = mapped_column(sa.String(64))
    application: Mapped[str] = mapped_column(sa.Text)
    contact_email: Mapped[str] = mapped_column(sa.String(254))
    charter_version: Mapped[int]
    applied_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    joined_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    state: Mapped[SpaceState] = mapped_column(sa.String(16), default=SpaceState.INVITED)
    state_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    standing_epoch: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    standing_rev: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    issuer_limit_credits: Mapped[int] = mapped_column(default=0)
    pair_limit_credits: Mapped[int] = mapped_column(default=0)
    open_bookings_max: Mapped[int] = mapped_column(default=0)
    profile: Mapped[dict[str, Any]] = mapped_column(JsonText)
    keys_sha256: Mapped[str] = mapped_column(sa.String(64))
    skew_seconds: Mapped[int | None]
    last_ok_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    last_fault: Mapped[str | None] = mapped_column(sa.String(80))
    last_fault_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    # Until this node, restored, has heard from the hub; until the hub, restored, is told again what it answered since then.
    restored_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    retell_since: Mapped[dt.datetime | None] = mapped_column(Instant)
    retold_id: Mapped[int | None] = mapped_column(sa.BigInteger)


class OwnRev(Base):
    """The last rev that this space gave to each of its own states; lifted from the hub's word after a restore."""

    __tablename__ = "own_revs"

    name: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    rev: Mapped[int] = mapped_column(sa.BigInteger, default=0)


class MirrorSpace(Base):
    """A space of the network: the directory's line, and the whole profile where it is a twin."""

    __tablename__ = "mirror_spaces"

    slug: Mapped[str] = mapped_column(SLUG, primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80), default="")
    city: Mapped[str] = mapped_column(sa.String(80), default="")
    country: Mapped[str] = mapped_column(sa.String(2), default="")
    zone: Mapped[str] = mapped_column(sa.String(64), default="UTC")
    state: Mapped[str] = mapped_column(sa.String(20), default="")
    epoch: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    rev: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    as_of: Mapped[dt.datetime | None] = mapped_column(Instant)
    profile: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    profile_epoch: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    profile_rev: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    profile_as_of: Mapped[dt.datetime | None] = mapped_column(Instant)


class MirrorTwinning(Base):
    """An agreement of this space as the hub holds it. `proposer` and `offered` are those of a newest version not agreed to yet.

    `terms` are only there when both signatures hold, whatever the hub says.
    """

    __tablename__ = "mirror_twinnings"

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    partner: Mapped[str] = mapped_column(SLUG, index=True)
    state: Mapped[TwinningState] = mapped_column(sa.String(16))
    epoch: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    rev: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    as_of: Mapped[dt.datetime] = mapped_column(Instant)
    version: Mapped[int]
    sent_version: Mapped[int] = mapped_column(default=0)
    proposal: Mapped[str | None] = mapped_column(sa.Text)
    proposer: Mapped[str | None] = mapped_column(SLUG)
    offered: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    active_version: Mapped[int | None]
    active_proposal: Mapped[str | None] = mapped_column(sa.Text)
    active_consent: Mapped[str | None] = mapped_column(sa.Text)
    activated_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    terms: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    fault: Mapped[str | None] = mapped_column(sa.String(80))


class PinnedRoot(Base):
    """The root key of a partner as both sides signed it into their terms: from then on no list can bring another."""

    __tablename__ = "pinned_roots"

    space: Mapped[str] = mapped_column(SLUG, primary_key=True)
    thumbprint: Mapped[str] = mapped_column(sa.String(64))
    pinned_at: Mapped[dt.datetime] = mapped_column(Instant)


class MirrorAvailability(Base):
    """Free seats of a twin on one of its local days, as the hub last told."""

    __tablename__ = "mirror_availability"

    host: Mapped[str] = mapped_column(SLUG, primary_key=True)
    on: Mapped[dt.date] = mapped_column(primary_key=True)
    open: Mapped[bool]
    morning_free: Mapped[int]
    afternoon_free: Mapped[int]
    opens_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    noon_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    closes_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    epoch: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    rev: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    as_of: Mapped[dt.datetime] = mapped_column(Instant)


class KeyListCopy(Base):
    """The newest key list whose signature and chain held: one row. `vouched_at` is this node's own time of asking."""

    __tablename__ = "key_list_copy"
    __table_args__ = (sa.CheckConstraint("id = 1", name="the_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=THE_ONE)
    seq: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    epoch: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    wanted_seq: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    payload_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    document: Mapped[str | None] = mapped_column(sa.Text)
    vouched_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    asked_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    fault: Mapped[str | None] = mapped_column(sa.String(80))


class StatusListCopy(Base):
    """The newest status list of a twin whose signature held. `vouched_at` is this node's own time of asking."""

    __tablename__ = "status_list_copies"

    space: Mapped[str] = mapped_column(SLUG, primary_key=True)
    rev: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    wanted_rev: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    document: Mapped[str | None] = mapped_column(sa.Text)
    vouched_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    asked_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    fault: Mapped[str | None] = mapped_column(sa.String(80))
