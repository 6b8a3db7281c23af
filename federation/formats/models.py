"""Versions of formats, which never change, where they were played again, and who is named with them as long as they agree."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from federation.db import Base
from shared.columns import Instant, JsonText
from shared.protocol.formats import AUTHOR_MAX

ID = sa.String(36)
SLUG = sa.String(24)


class FormatVersion(Base):
    """One version: what its author published, and a rev that grows with every replay."""

    __tablename__ = "format_versions"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    author: Mapped[str] = mapped_column(SLUG, sa.ForeignKey("spaces.slug"))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[dict[str, Any]] = mapped_column(JsonText)
    rev: Mapped[int]
    published_at: Mapped[dt.datetime] = mapped_column(Instant)


class Replay(Base):
    """One event that followed a format."""

    __tablename__ = "format_replays"
    __table_args__ = (sa.Index("ix_format_replays_format", "format_id", "version"),)

    event_id: Mapped[str] = mapped_column(ID, primary_key=True)
    format_id: Mapped[str] = mapped_column(ID)
    version: Mapped[int]
    space: Mapped[str] = mapped_column(SLUG)
    on: Mapped[dt.date]


class NamedAuthor(Base):
    """Who is named with all versions of a format. Without a name it says that there was one: nobody names it again by mistake."""

    __tablename__ = "named_authors"

    format_id: Mapped[str] = mapped_column(ID, primary_key=True)
    space: Mapped[str] = mapped_column(SLUG)
    rev: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    name: Mapped[str | None] = mapped_column(sa.String(AUTHOR_MAX))
    agreed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
