"""Who may sign in at this node, as what, and by which browsers and links."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Instant
from shared.signin import OneTimeLinkMixin, SessionMixin, ThrottleMixin
from space_node.accounts.rules import held
from space_node.db import Base


class Account(Base):
    """Somebody who may sign in: a member, the front desk, a manager, an owner, or several of these at once."""

    __tablename__ = "accounts"
    __table_args__ = (sa.UniqueConstraint("email"), sa.UniqueConstraint("member_id"))

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254))
    name: Mapped[str] = mapped_column(sa.String(120))
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    member_id: Mapped[str | None] = mapped_column(sa.ForeignKey("members.id"))
    is_desk: Mapped[bool] = mapped_column(default=False)
    is_manager: Mapped[bool] = mapped_column(default=False)
    is_owner: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    # In which they last signed in; mails are written in it.
    language: Mapped[str] = mapped_column(sa.String(8), default="en", server_default="en")
    # Whether they want word of every change of what they have booked.
    wants_news: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    created_at: Mapped[dt.datetime] = mapped_column(Instant)

    def roles(self) -> frozenset[str]:
        """What the account may be."""
        marks = {"is_desk": self.is_desk, "is_manager": self.is_manager, "is_owner": self.is_owner}
        return held(is_member=self.member_id is not None, **marks)


class BrowserSession(SessionMixin, Base):
    """A signed-in browser."""

    __tablename__ = "browser_sessions"


class WelcomeLink(OneTimeLinkMixin, Base):
    """A one-use link by which somebody sets a password."""

    __tablename__ = "welcome_links"


class SignInThrottle(ThrottleMixin, Base):
    """How often somebody has tried to sign in."""

    __tablename__ = "sign_in_throttle"
