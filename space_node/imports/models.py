"""Which entries of calendars elsewhere have become events here, so that the same calendar can be read again."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Instant, JsonText
from space_node.db import Base


class ImportedEntry(Base):
    """One entry by the hash of its UID. `digest` is that of what was read; `sessions` maps each of its dates to our session."""

    __tablename__ = "imported_entries"

    event_id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(24), unique=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    sessions: Mapped[dict[str, str]] = mapped_column(JsonText)
    imported_at: Mapped[dt.datetime] = mapped_column(Instant)
