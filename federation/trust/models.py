"""What the hub keeps to vouch for spaces: key sets, the signed key list, passport refs, status lists, used assertions."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from federation.db import Base
from shared.db import Instant

SLUG = sa.String(24)
HEAD_ID = 1


class KeySet(Base):
    """The root-signed key set of one space, as it was sent."""

    __tablename__ = "key_sets"

    space: Mapped[str] = mapped_column(SLUG, sa.ForeignKey("spaces.slug"), primary_key=True)
    rev: Mapped[int]
    document: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    received_at: Mapped[dt.datetime] = mapped_column(Instant)


class KeyListIssue(Base):
    """One issue of the signed key list; each names the hash of the one before."""

    __tablename__ = "key_lists"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    content_sha256: Mapped[str] = mapped_column(sa.String(64))
    issued_at: Mapped[dt.datetime] = mapped_column(Instant)


class KeyListHead(Base):
    """The number of the newest issue: one row, whose lock puts the issues in one order."""

    __tablename__ = "key_list_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]


class UsedAssertion(Base):
    """A client assertion that has been used; kept until it would have expired anyway."""

    __tablename__ = "used_assertions"

    client_id: Mapped[str] = mapped_column(SLUG, primary_key=True)
    jti: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    expires_at: Mapped[dt.datetime] = mapped_column(Instant, index=True)


class PassportRef(Base):
    """SHA-256 of a passport's id, and the pseudonym whose wallet stands behind it. The hub never sees the passport."""

    __tablename__ = "passport_refs"
    __table_args__ = (sa.Index("ix_passport_refs_home_guest", "home", "guest"),)

    ref: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    home: Mapped[str] = mapped_column(SLUG, sa.ForeignKey("spaces.slug"))
    guest: Mapped[str] = mapped_column(sa.String(36))
    status_index: Mapped[int]
    booking_id: Mapped[str | None] = mapped_column(sa.String(36))
    expires_at: Mapped[dt.datetime] = mapped_column(Instant, index=True)
    body_sha256: Mapped[str] = mapped_column(sa.String(64))


class StatusListCopy(Base):
    """The newest status list that a home has sent; every one of its polls vouches for it anew."""

    __tablename__ = "status_lists"

    space: Mapped[str] = mapped_column(SLUG, sa.ForeignKey("spaces.slug"), primary_key=True)
    rev: Mapped[int]
    document: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    received_at: Mapped[dt.datetime] = mapped_column(Instant)
