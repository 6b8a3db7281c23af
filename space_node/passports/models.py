"""The passports that this space has issued, the visit passes still to sign, and the status list as it was sent last."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Instant
from space_node.db import Base
from space_node.passports.rules import PassportKind

ID = sa.String(36)
SLUG = sa.String(24)
HASH = sa.String(64)
THE_ONE = 1


class IssuedPassport(Base):
    """One passport, as its holder shows it. A place of the status list is given back when the passport has ended."""

    __tablename__ = "issued_passports"
    __table_args__ = (
        sa.UniqueConstraint("ref"),
        sa.UniqueConstraint("booking_id"),
        sa.UniqueConstraint("status_index"),
        sa.CheckConstraint("kind IN ('phone', 'paper', 'visit')", name="kind"),
        sa.CheckConstraint("(kind = 'visit') = (booking_id IS NOT NULL)", name="visit"),
        sa.Index(None, "member_id", "expires_at"),
    )

    cti: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    ref: Mapped[str] = mapped_column(HASH)
    member_id: Mapped[str] = mapped_column(ID)
    kind: Mapped[PassportKind] = mapped_column(sa.String(8))
    booking_id: Mapped[str | None] = mapped_column(ID)
    audience: Mapped[str | None] = mapped_column(SLUG)
    display_name: Mapped[str] = mapped_column(sa.String(24))
    tier: Mapped[int]
    text: Mapped[str] = mapped_column(sa.String(300))
    kid: Mapped[str] = mapped_column(HASH)
    status_index: Mapped[int | None]
    issued_at: Mapped[dt.datetime] = mapped_column(Instant)
    expires_at: Mapped[dt.datetime] = mapped_column(Instant, index=True)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class PromisedPass(Base):
    """A visit pass of a day too far ahead to sign for; a reconciler issues it when its time has come."""

    __tablename__ = "promised_passes"

    booking_id: Mapped[str] = mapped_column(ID, primary_key=True)
    member_id: Mapped[str] = mapped_column(ID, index=True)
    host: Mapped[str] = mapped_column(SLUG)
    expires_at: Mapped[dt.datetime] = mapped_column(Instant)
    due_at: Mapped[dt.datetime] = mapped_column(Instant, index=True)


class OwnStatusList(Base):
    """What was sent of the status list last: one row from the first time on. `held_rev` is the last one the hub confirmed."""

    __tablename__ = "own_status_list"
    __table_args__ = (sa.CheckConstraint("id = 1", name="the_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=THE_ONE)
    rev: Mapped[int] = mapped_column(sa.BigInteger)
    held_rev: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    content_sha256: Mapped[str] = mapped_column(HASH)
    sent_at: Mapped[dt.datetime] = mapped_column(Instant)
