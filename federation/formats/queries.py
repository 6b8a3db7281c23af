"""Reads about formats."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from federation.formats.errors import FormatVersionUnknown
from federation.formats.models import FormatVersion, NamedAuthor, Replay

# So that no format grows beyond what a reader of the feed takes.
REPLAYS_SHOWN = 300
State = tuple[str, str, int, dict[str, Any]]


def version(session: Session, format_id: str, number: int) -> FormatVersion | None:
    """One version of a format."""
    return session.get(FormatVersion, (format_id, number))


def require(session: Session, format_id: str, number: int) -> FormatVersion:
    """One version of a format. Raises FormatVersionUnknown."""
    found = version(session, format_id, number)
    if found is None:
        raise FormatVersionUnknown
    return found


def latest_number(session: Session, format_id: str) -> int:
    """The number of the newest version, 0 for none."""
    return session.scalar(select(func.max(FormatVersion.version)).where(FormatVersion.id == format_id)) or 0


def replays(session: Session, found: FormatVersion) -> list[dict[str, Any]]:
    """Where and when a version was played again, oldest first; the newest ones of a long list."""
    wanted = select(Replay).where(Replay.format_id == found.id, Replay.version == found.version)
    rows = reversed(session.scalars(wanted.order_by(Replay.on.desc(), Replay.event_id.desc()).limit(REPLAYS_SHOWN)).all())
    return [{name: getattr(row, name) for name in ("space", "event_id", "on", "version")} for row in rows]


def replay_of(session: Session, event_id: str) -> Replay | None:
    """The replay that an event is noted as."""
    return session.get(Replay, event_id)


def noted(session: Session) -> set[str]:
    """The events that are noted as replays."""
    return set(session.scalars(select(Replay.event_id)))


def entry(session: Session, found: FormatVersion) -> dict[str, Any]:
    """The version as `format.updated` and every answer carry it."""
    named = ("id", "version", "rev", "author", "content", "published_at")
    return {**{name: getattr(found, name) for name in named}, "hash": found.sha256, "replays": replays(session, found)}


def named_author(session: Session, format_id: str) -> NamedAuthor | None:
    """Who is or was named with a format, which nobody else changes until this command ends."""
    return session.get(NamedAuthor, format_id, with_for_update=True, populate_existing=True)


def named_by(session: Session, space: str) -> Sequence[NamedAuthor]:
    """Who is named with the formats of a space."""
    wanted = select(NamedAuthor).where(NamedAuthor.space == space, NamedAuthor.name.is_not(None))
    return session.scalars(wanted.order_by(NamedAuthor.format_id).with_for_update()).all()


def author_entry(held: NamedAuthor) -> dict[str, Any]:
    """Who is named, as `named-author.updated` carries it."""
    return {"id": held.format_id, **{name: getattr(held, name) for name in ("space", "rev", "name", "agreed_at")}}


def author_subject(held: NamedAuthor) -> str:
    """The subject under which it is published."""
    return f"named-author/{held.format_id}"


def subject(found: FormatVersion) -> str:
    """The subject under which a version is published."""
    return f"format/{found.id}/{found.version}"


def states(session: Session) -> Iterator[State]:
    """All versions and who is named with them, for a snapshot: formats are the whole network's.

    That somebody is named no longer is told for good, so that a node from an old backup drops the name.
    """
    for found in session.scalars(select(FormatVersion).order_by(FormatVersion.id, FormatVersion.version)).all():
        yield "format.updated", subject(found), found.rev, entry(session, found)
    for held in session.scalars(select(NamedAuthor).order_by(NamedAuthor.format_id)).all():
        yield "named-author.updated", author_subject(held), held.rev, author_entry(held)
