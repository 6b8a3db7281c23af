"""Agreements of two spaces and their versions, as both sides signed them."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from federation.db import Base
from shared.db import Instant
from shared.protocol.states import TwinningState

SLUG = sa.String(24)


class Twinning(Base):
    """One agreement. `active_pair` names the pair while it is active, so that a pair has one active agreement at most."""

    __tablename__ = "twinnings"
    __table_args__ = (sa.UniqueConstraint("active_pair"), sa.CheckConstraint("first < second", name="pair_in_order"))

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    first: Mapped[str] = mapped_column(SLUG, sa.ForeignKey("spaces.slug"), index=True)
    second: Mapped[str] = mapped_column(SLUG, sa.ForeignKey("spaces.slug"), index=True)
    state: Mapped[TwinningState] = mapped_column(sa.String(16))
    rev: Mapped[int]
    latest_version: Mapped[int]
    active_version: Mapped[int | None]
    active_pair: Mapped[str | None] = mapped_column(sa.String(49))
    activated_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class TwinningVersion(Base):
    """One version of the terms; immutable once both have signed."""

    __tablename__ = "twinning_versions"

    twinning_id: Mapped[str] = mapped_column(sa.String(36), sa.ForeignKey("twinnings.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    proposer: Mapped[str] = mapped_column(SLUG)
    payload_sha256: Mapped[str] = mapped_column(sa.String(64))
    proposal: Mapped[str] = mapped_column(sa.Text)
    consent: Mapped[str | None] = mapped_column(sa.Text)
    proposed_at: Mapped[dt.datetime] = mapped_column(Instant)
    agreed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
