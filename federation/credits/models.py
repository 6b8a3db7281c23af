"""The ledger's tables. What has happened is in transfers, pieces and journal entries, which triggers keep from being changed;
lots and limits are counters kept beside them, each guarded by a constraint or a condition, and provable from them.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from federation.credits.rules import AccountKind, TransferKind
from federation.db import Base
from shared.db import Instant
from shared.protocol.states import LotKind, Part, TransferState

_ID = sa.String(36)
_SLUG = sa.String(24)
_WORD = sa.String(16)
_UNNUMBERED = sa.text("state = 'posted' AND seq IS NULL")


class Wallet(Base):
    """All lots of one member's pseudonym. Its lock puts every change of them into one order; `rev` counts the changes."""

    __tablename__ = "wallets"

    home: Mapped[str] = mapped_column(_SLUG, primary_key=True)
    guest: Mapped[str] = mapped_column(_ID, primary_key=True)
    rev: Mapped[int] = mapped_column(default=0)


class Lot(Base):
    """Credits that one space gave to one member, with the days on which they are valid.

    Left over are `credits` − `held` − `spent` − `lapsed`; lapsed is what went back to the issuer or into a child lot.
    """

    __tablename__ = "lots"
    __table_args__ = (
        sa.CheckConstraint("held >= 0 AND spent >= 0 AND lapsed >= 0", name="parts"),
        sa.CheckConstraint("credits > 0 AND held + spent + lapsed <= credits", name="left"),
        sa.CheckConstraint("valid_from <= expires_on", name="days"),
        sa.Index(None, "home", "guest", "expires_on"),
        sa.Index(None, "expires_on"),
    )

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    issuer: Mapped[str] = mapped_column(_SLUG)
    home: Mapped[str] = mapped_column(_SLUG)
    guest: Mapped[str] = mapped_column(_ID)
    kind: Mapped[LotKind] = mapped_column(_WORD)
    credits: Mapped[int]
    held: Mapped[int] = mapped_column(default=0)
    spent: Mapped[int] = mapped_column(default=0)
    lapsed: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[dt.date]
    expires_on: Mapped[dt.date]
    parent_id: Mapped[str | None] = mapped_column(_ID)


class Transfer(Base):
    """One movement of credits, reserved or made at once, and resolved exactly once. `seq` orders what is posted."""

    __tablename__ = "transfers"
    __table_args__ = (
        sa.UniqueConstraint("booking_id"),
        sa.UniqueConstraint("reverses_id"),
        sa.UniqueConstraint("seq"),
        sa.CheckConstraint("credits >= 0 AND posted_credits BETWEEN 0 AND credits", name="posted"),
        sa.CheckConstraint("(state = 'posted') = (posted_credits IS NOT NULL)", name="resolved"),
        sa.Index("ix_transfers_unnumbered", "resolved_at", sqlite_where=_UNNUMBERED, postgresql_where=_UNNUMBERED),
        sa.Index(None, "guest", "on"),
    )

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    booking_id: Mapped[str | None] = mapped_column(_ID)
    reverses_id: Mapped[str | None] = mapped_column(_ID)
    kind: Mapped[TransferKind] = mapped_column(_WORD)
    state: Mapped[TransferState] = mapped_column(_WORD)
    home: Mapped[str] = mapped_column(_SLUG)
    guest: Mapped[str] = mapped_column(_ID)
    host: Mapped[str | None] = mapped_column(_SLUG)
    on: Mapped[dt.date | None]
    part: Mapped[Part | None] = mapped_column(_WORD)
    credits: Mapped[int]
    posted_credits: Mapped[int | None]
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    resolved_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    seq: Mapped[int | None] = mapped_column(sa.BigInteger)


class TransferPiece(Base):
    """The part of one lot that a transfer reserved or moved; earliest expiry first. Never changed."""

    __tablename__ = "transfer_pieces"
    __table_args__ = (sa.CheckConstraint("credits > 0", name="credits"),)

    transfer_id: Mapped[str] = mapped_column(_ID, primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    lot_id: Mapped[str | None] = mapped_column(_ID, index=True)
    issuer: Mapped[str] = mapped_column(_SLUG)
    host: Mapped[str] = mapped_column(_SLUG)
    credits: Mapped[int]


class JournalEntry(Base):
    """What one account got or gave in one posted transfer. Only ever appended; no foreign key, for that would lock."""

    __tablename__ = "journal_entries"
    __table_args__ = (sa.CheckConstraint("credits <> 0", name="credits"), sa.Index(None, "kind", "owner", "credits"))

    transfer_id: Mapped[str] = mapped_column(_ID, primary_key=True)
    leg: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[AccountKind] = mapped_column(_WORD)
    owner: Mapped[str] = mapped_column(_ID)
    credits: Mapped[int]


class CreditLimit(Base):
    """What an issuer owes one host, or the network (host "*"): reserved and posted, less what it earned up to the roll-up."""

    __tablename__ = "credit_limits"

    issuer: Mapped[str] = mapped_column(_SLUG, primary_key=True)
    host: Mapped[str] = mapped_column(_SLUG, primary_key=True)
    exposure_credits: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    most_credits: Mapped[int] = mapped_column(sa.BigInteger, default=0)


class LedgerHead(Base):
    """One row, locked by whoever numbers postings or rolls them up: the next number, and the last one rolled up."""

    __tablename__ = "ledger_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    next_seq: Mapped[int] = mapped_column(sa.BigInteger, default=1)
    rolled_seq: Mapped[int] = mapped_column(sa.BigInteger, default=0)
