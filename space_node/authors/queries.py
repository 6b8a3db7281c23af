"""Reads about who is named with formats. Names are looked up wherever they are shown, and copied nowhere."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from space_node.authors.models import NamedAuthor as NamedAuthor


def held(session: Session, format_id: str, *, to_change: bool = False) -> NamedAuthor | None:
    """What is known of who is named with a format, locked if it is to be changed."""
    return session.get(NamedAuthor, format_id, with_for_update=to_change, populate_existing=to_change)


def name(session: Session, format_id: str) -> str:
    """Who is named with a format; empty where the space alone is."""
    found = held(session, format_id)
    return (found.name or "") if found else ""


def names(session: Session) -> dict[str, str]:
    """Who is named, by the format's id."""
    wanted = select(NamedAuthor.format_id, NamedAuthor.name).where(NamedAuthor.name.is_not(None))
    return {format_id: name or "" for format_id, name in session.execute(wanted)}
