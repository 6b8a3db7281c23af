"""The network's operators and the audit log, which is append-only and hash-chained (DESIGN §11)."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from federation.db import Base
from federation.operators.rules import Role
from shared.db import Instant, JsonText
from shared.signin import OneTimeLinkMixin, SessionMixin, ThrottleMixin

HEAD_ID = 1


class Operator(Base):
    """A person who runs the network, or who looks on."""

    __tablename__ = "operators"
    __table_args__ = (sa.UniqueConstraint("email"), sa.CheckConstraint("role IN ('operator', 'auditor')", name="role"))

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254))
    name: Mapped[str] = mapped_column(sa.String(80))
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    role: Mapped[Role] = mapped_column(sa.String(10), default=Role.OPERATOR, server_default=Role.OPERATOR.value)
    # In which they last signed in; mails are written in it.
    language: Mapped[str] = mapped_column(sa.String(8), default="en", server_default="en")
    created_at: Mapped[dt.datetime] = mapped_column(Instant)


class AuditHead(Base):
    """The end of the chain: one row, whose lock puts the entries in one order."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(sa.String(64))


class AuditEntry(Base):
    """What somebody did, and the hash of all before it. Triggers refuse to change or delete it."""

    __tablename__ = "audit_entries"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(sa.String(254))
    action: Mapped[str] = mapped_column(sa.String(60))
    subject: Mapped[str] = mapped_column(sa.String(120), index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JsonText)
    prev_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class BrowserSession(SessionMixin, Base):
    """A signed-in browser of an operator."""

    __tablename__ = "browser_sessions"


class WelcomeLink(OneTimeLinkMixin, Base):
    """A one-use link by which an operator sets a password."""

    __tablename__ = "welcome_links"


class SignInThrottle(ThrottleMixin, Base):
    """How often somebody has tried to sign in."""

    __tablename__ = "sign_in_throttle"
