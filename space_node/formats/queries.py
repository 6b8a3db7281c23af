"""Reads of the library: what there is, how often and where it was replayed, and what came from what."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from shared import paging
from shared.text import search_key
from space_node.authors import queries as authors
from space_node.calendar import queries as calendar
from space_node.events import queries as organised
from space_node.formats import rules
from space_node.formats.errors import FormatUnknown, NotAnEventOfOurs, NotYourFormat
from space_node.formats.models import LibraryFormat as LibraryFormat
from space_node.formats.rules import credit as credit
from space_node.network import queries as network
from space_node.uplink import queries as uplink
from space_node.uplink.queries import MirrorSpace

PAGE_ROWS, ALL_ROWS = 20, 100_000


@dataclass(frozen=True)
class Entry:
    """One format of the library: its newest version, who is named with it, how often and at how many spaces all were replayed."""

    newest: LibraryFormat
    author_name: str
    named: str

    @property
    def replays(self) -> int:
        """How often."""
        return self.newest.replays_count

    @property
    def spaces(self) -> int:
        """At how many spaces."""
        return self.newest.spaces_count


ORDERS: dict[str, paging.Order] = {
    "replays": (LibraryFormat.replays_count.desc(),),
    "title": (),
    "newest": (LibraryFormat.published_at.desc(),),
    "author": (func.coalesce(MirrorSpace.name, LibraryFormat.author),),
}


@dataclass(frozen=True)
class Played:
    """One replay, for a reader."""

    space: str
    space_name: str
    event_id: str
    on: dt.date
    version: int
    known: bool


@dataclass(frozen=True)
class Relative:
    """One version in the family of a format."""

    format: LibraryFormat
    author_name: str
    named: str
    depth: int
    replays: int
    parent_holds: bool


def version(session: Session, format_id: str, number: int, *, to_change: bool = False) -> LibraryFormat | None:
    """One version, locked if it is to be changed."""
    return session.get(LibraryFormat, (format_id, number), with_for_update=to_change, populate_existing=to_change)


def require(session: Session, format_id: str, number: int | None = None, *, to_change: bool = False) -> LibraryFormat:
    """One version, locked if it is to be changed, or the newest. Raises FormatUnknown."""
    if number is None:
        found = next(iter(reversed(versions(session, format_id))), None)
    else:
        found = version(session, format_id, number, to_change=to_change)
    if found is None:
        raise FormatUnknown
    return found


def versions(session: Session, format_id: str) -> list[LibraryFormat]:
    """All versions of a format, the first one first."""
    wanted = select(LibraryFormat).where(LibraryFormat.id == format_id)
    return list(session.scalars(wanted.order_by(LibraryFormat.version)))


def library(
    session: Session,
    *,
    search: str = "",
    language: str = "",
    topic: str = "",
    sort: str = "replays",
    number: int = 1,
    size: int = PAGE_ROWS,
) -> paging.Page[Entry]:
    """One page of the formats; each word is in the title, the summary, a topic or a name of its author."""
    fitting = [_said(session, word) for word in search.split()]
    if language:
        fitting.append(LibraryFormat.language == language)
    if topic:
        fitting.append(LibraryFormat.topics_key.contains(rules.topics_key([topic]), autoescape=True))
    wanted = select(LibraryFormat).outerjoin(MirrorSpace, MirrorSpace.slug == LibraryFormat.author)
    wanted = wanted.where(LibraryFormat.is_newest.is_(True), *fitting)
    order, names = (*ORDERS[sort], LibraryFormat.search_key, LibraryFormat.id), uplink.space_names(session)
    found = paging.page(session, wanted, *order, number=number, size=size)
    named = authors.names(session, [row.id for row in found.rows])
    return found.map(lambda row: Entry(row, names.get(row.author, row.author), named.get(row.id, "")))


def choices(session: Session) -> tuple[list[str], list[str]]:
    """The languages and the topics that there are to choose from."""
    newest = LibraryFormat.is_newest.is_(True)
    languages = session.scalars(select(LibraryFormat.language).where(newest).distinct().order_by(LibraryFormat.language))
    said = session.scalars(select(LibraryFormat.topics).where(newest).distinct().order_by(LibraryFormat.topics.desc()))
    topics = {search_key(topic): topic for row in said for topic in row}
    return list(languages), [topics[key] for key in sorted(topics)]


def played(session: Session, held: Iterable[LibraryFormat]) -> list[Played]:
    """Where and when these versions were replayed, the latest first."""
    rows, names = [one for row in held for one in row.replays], uplink.space_names(session)
    found = [
        Played(
            space=one["space"],
            space_name=names.get(one["space"], one["space"]),
            event_id=one["event_id"],
            on=dt.date.fromisoformat(one["on"]),
            version=one["version"],
            known=calendar.event(session, one["event_id"]) is not None,
        )
        for one in rows
    ]
    return sorted(found, key=lambda one: (one.on, one.event_id), reverse=True)


def lineage(session: Session, of: LibraryFormat) -> list[Relative]:
    """The family of a version: from the first format it goes back to, everything that was made of it."""
    keys = (LibraryFormat.id, LibraryFormat.version, LibraryFormat.parent_id, LibraryFormat.parent_version)
    parents = {(row.id, row.version): _parent(row) for row in session.execute(select(*keys))}
    family, names = rules.family(parents, (of.id, of.version)), uplink.space_names(session)
    kin = session.scalars(select(LibraryFormat).where(LibraryFormat.id.in_({one.id for one in family})))
    rows, found = {(row.id, row.version): row for row in kin}, list[Relative]()
    named = authors.names(session, {one.id for one in family})
    for one in family:
        row = rows[one.id, one.version]
        above = rows.get(_parent(row) or ("", 0))
        holds = row.parent_id is None or above is None or row.content["parent"]["hash"] == above.hash
        space, author = names.get(row.author, row.author), named.get(row.id, "")
        found.append(Relative(row, space, author, one.depth, len(row.replays), holds))
    return found


def ours(session: Session, format_id: str, *, to_change: bool = False) -> LibraryFormat:
    """The first version of a format of ours. Raises FormatUnknown, NotYourFormat."""
    first = require(session, format_id, 1, to_change=to_change)
    if first.author != uplink.own_slug(session):
        raise NotYourFormat(author=uplink.space_names(session).get(first.author, first.author))
    return first


def author(session: Session, format_id: str) -> authors.NamedAuthor | None:
    """What is known of who is named with a format."""
    return authors.held(session, format_id)


def followed_by(session: Session, event_id: str) -> LibraryFormat | None:
    """The version that an event in the calendar follows, where that is known here."""
    heard = calendar.event(session, event_id)
    return version(session, heard.format["id"], heard.format["version"]) if heard and heard.format else None


def of_event(session: Session, event_id: str) -> dict[str, Any]:
    """What a format made from an event of ours begins with: its words and its shape, and nothing of its day.

    Raises OwnEventUnknown, NotAnEventOfOurs.
    """
    own, heard = organised.find(session, event_id), calendar.event(session, event_id)
    if own is None:
        heard = organised.require_heard(session, event_id)
        if uplink.own_slug(session) not in calendar.holders(session, event_id):
            raise NotAnEventOfOurs(lead=uplink.space_names(session).get(heard.lead, heard.lead))
    text = own or heard
    assert text is not None
    shape: organised.OwnSession | calendar.MirrorSession | None = next(iter(organised.sessions(session, event_id)), None)
    shape = shape or next(iter(calendar.sessions_of(session, event_id)), None)
    return {
        "title": text.title,
        "summary": rules.without_links(text.summary),
        "description": rules.without_links(text.description),
        "language": text.language,
        "topics": list(text.topics),
        "duration_minutes": shape.duration_minutes if shape else 60,
        "seats": shape.seats_in_person if shape else None,
        "parent": dict(text.format) if text.format else None,
        "attribution": str(uplink.own_profile(session)["name"]),
        "licence": rules.LICENCES[0],
    }


def _said(session: Session, word: str) -> ColumnElement[bool]:
    key = search_key(word)
    texts = [one.contains(key, autoescape=True) for one in (LibraryFormat.search_key, LibraryFormat.topics_key)]
    return or_(
        *texts,
        LibraryFormat.author.in_(network.slugs_like(session, word)),
        LibraryFormat.id.in_(authors.formats_like(session, word)),
    )


def _parent(row: Any) -> tuple[str, int] | None:
    """What a version was made from: another format, else the version before it."""
    if row.version > 1:
        return row.id, row.version - 1
    return (row.parent_id, row.parent_version or 1) if row.parent_id else None
