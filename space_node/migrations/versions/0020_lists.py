"""What long lists are searched and sorted by: names of guests, the ends of own sessions, the library's newest versions."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant, JsonText
from shared.text import search_key

revision = "0020"
down_revision = "0019"

# Each column with what it says of rows that are there already, until they are looked at.
_NEW: dict[str, list[tuple[str, sa.types.TypeEngine[Any], str | None]]] = {
    "guest_rsvps": [("name_key", sa.String(length=240), "")],
    "own_sessions": [("ends_at", Instant(), None)],
    "library_formats": [
        ("is_newest", sa.Boolean(), "0"),
        ("search_key", sa.String(length=600), ""),
        ("topics_key", sa.Text(), ""),
        ("replays_count", sa.Integer(), "0"),
        ("spaces_count", sa.Integer(), "0"),
    ],
}


def upgrade() -> None:
    """Make the columns, and fill them from what stands beside them."""
    for table, columns in _NEW.items():
        for name, kind, before in columns:
            op.add_column(table, sa.Column(name, kind, server_default=before, nullable=before is None))
    _key_names()
    _end_sessions()
    _key_formats()
    for table, columns in _NEW.items():
        with op.batch_alter_table(table) as batch:
            for name, kind, _ in columns:
                batch.alter_column(name, existing_type=kind, server_default=None, nullable=False)
    op.create_index("ix_library_formats_newest", "library_formats", ["is_newest", "replays_count"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_library_formats_newest", table_name="library_formats")
    for table, columns in _NEW.items():
        for name, *_ in columns:
            op.drop_column(table, name)


def _key_names() -> None:
    guests = sa.table("guest_rsvps", *map(sa.column, ("id", "name", "name_key")))
    for guest_id, name in op.get_bind().execute(sa.select(guests.c.id, guests.c.name).where(guests.c.name != "")).all():
        op.execute(guests.update().where(guests.c.id == guest_id).values(name_key=search_key(name)[:240]))


def _end_sessions() -> None:
    times = (sa.column("starts_at", Instant()), sa.column("ends_at", Instant()))
    own = sa.table("own_sessions", sa.column("id"), sa.column("duration_minutes"), *times)
    held = sa.select(own.c.id, own.c.duration_minutes, own.c.starts_at)
    for session_id, minutes, starts_at in op.get_bind().execute(held).all():
        ends_at = starts_at + dt.timedelta(minutes=minutes)
        op.execute(own.update().where(own.c.id == session_id).values(ends_at=ends_at))


def _key_formats() -> None:
    told = [sa.column(name, JsonText()) for name in ("content", "topics", "replays")]
    formats = sa.table("library_formats", *map(sa.column, ("id", "version", "title", *_FORMAT_KEYS)), *told)
    replays: dict[str, list[str]] = {}
    newest: dict[str, int] = {}
    rows = op.get_bind().execute(sa.select(formats).order_by(formats.c.id, formats.c.version)).all()
    for row in rows:
        replays.setdefault(row.id, []).extend(one["space"] for one in row.replays)
        newest[row.id] = row.version
    for row in rows:
        which = (formats.c.id == row.id) & (formats.c.version == row.version)
        keys = {
            "is_newest": row.version == newest[row.id],
            "search_key": search_key(row.title, row.content["summary"]),
            "topics_key": "".join(f"\n{search_key(topic)}\n" for topic in row.topics),
            "replays_count": len(replays[row.id]),
            "spaces_count": len(set(replays[row.id])),
        }
        op.execute(formats.update().where(which).values(**keys))


_FORMAT_KEYS = ("is_newest", "search_key", "topics_key", "replays_count", "spaces_count")
