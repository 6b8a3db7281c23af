"""The network's formats as the hub tells them, our own among them."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Instant, JsonText
from shared.text import SEARCH_KEY_MAX
from space_node.db import Base

ID = sa.String(36)
SLUG = sa.String(24)
HASH = sa.String(64)


class LibraryFormat(Base):
    """One version of a format. `epoch` and `rev` are the hub's, 0 while it has not answered ours; `fault` is why it refused.

    `content` and `replays` are in the words of the wire; `parent_id` is the format that this one was made from. The list of the
    library is searched and sorted by what stands last: `replays_count` and `spaces_count` are those of all versions together.
    """

    __tablename__ = "library_formats"
    __table_args__ = (
        sa.Index("ix_library_formats_parent", "parent_id", "parent_version"),
        sa.Index("ix_library_formats_newest", "is_newest", "replays_count"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    epoch: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    rev: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    author: Mapped[str] = mapped_column(SLUG)
    hash: Mapped[str] = mapped_column(HASH)
    title: Mapped[str] = mapped_column(sa.String(120))
    language: Mapped[str] = mapped_column(sa.String(2))
    topics: Mapped[list[str]] = mapped_column(JsonText)
    content: Mapped[dict[str, Any]] = mapped_column(JsonText)
    replays: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, default=list)
    parent_id: Mapped[str | None] = mapped_column(ID)
    parent_version: Mapped[int | None]
    published_at: Mapped[dt.datetime] = mapped_column(Instant)
    fault: Mapped[str | None] = mapped_column(sa.String(80))
    is_newest: Mapped[bool] = mapped_column(default=False)
    search_key: Mapped[str] = mapped_column(sa.String(SEARCH_KEY_MAX), default="")
    # Each topic on a line of its own.
    topics_key: Mapped[str] = mapped_column(sa.Text, default="")
    replays_count: Mapped[int] = mapped_column(default=0)
    spaces_count: Mapped[int] = mapped_column(default=0)
