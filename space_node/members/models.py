"""The people of this space."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Instant
from shared.text import SEARCH_KEY_MAX
from space_node.db import Base
from space_node.members.rules.people import MemberState


class Member(Base):
    """A person who belongs to this space. `guest` is the random name by which the hub knows them, and nothing else."""

    __tablename__ = "members"
    __table_args__ = (
        sa.UniqueConstraint("email"),
        sa.UniqueConstraint("guest"),
        sa.UniqueConstraint("source_key"),
        sa.CheckConstraint("state IN ('active', 'ended')", name="state"),
        sa.CheckConstraint("tier BETWEEN 0 AND 3", name="tier"),
        sa.Index(None, "search_key", "id"),
    )

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    guest: Mapped[str] = mapped_column(sa.String(36))
    email: Mapped[str] = mapped_column(sa.String(254))
    name: Mapped[str] = mapped_column(sa.String(120))
    # What a passport shows of the name: at most 24 bytes of UTF-8.
    display_name: Mapped[str] = mapped_column(sa.String(24))
    plan: Mapped[str] = mapped_column(sa.String(80), default="")
    company: Mapped[str] = mapped_column(sa.String(120), default="")
    tier: Mapped[int] = mapped_column(sa.Integer, default=0)
    starts_on: Mapped[dt.date | None]
    ends_on: Mapped[dt.date | None]
    state: Mapped[MemberState] = mapped_column(sa.String(8), default=MemberState.ACTIVE)
    # The person's key in the software that the list came from.
    source_key: Mapped[str | None] = mapped_column(sa.String(80))
    search_key: Mapped[str] = mapped_column(sa.String(SEARCH_KEY_MAX))
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    changed_at: Mapped[dt.datetime] = mapped_column(Instant)
