"""Reads about who is named with formats. Names are looked up wherever they are shown, and copied nowhere."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import paging
from space_node.authors.models import NamedAuthor as NamedAuthor


def held(session: Session, format_id: str, *, to_change: bool = False) -> NamedAuthor | None:
    """What is known of who is named with a format, locked if it is to be changed."""
    return session.get(NamedAuthor, format_id, with_for_update=to_change, populate_existing=to_change)


def name(session: Session, format_id: str) -> str:
    """Who is named with a format; empty where the space alone is."""
    found = held(session, format_id)
    return (found.name or "") if found else ""


def formats_like(session: Session, word: str) -> list[str]:
    """The formats with which somebody is named whose name has this word, to search them by it."""
    return list(session.scalars(select(NamedAuthor.format_id).where(*paging.having(word, NamedAuthor.name))))


def names(session: Session, format_ids: Collection[str]) -> dict[str, str]:
    """Who is named with these formats, by their ids."""
    wanted = select(NamedAuthor.format_id, NamedAuthor.name).where(NamedAuthor.name.is_not(None))
    wanted = wanted.where(NamedAuthor.format_id.in_(format_ids))
    return {format_id: name or "" for format_id, name in session.execute(wanted)}
