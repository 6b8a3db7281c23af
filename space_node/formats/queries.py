"""Reads of the library: what there is, how often and where it was replayed, what came from what, and what is to be done."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.text import normal
from space_node.authors import queries as authors
from space_node.calendar import queries as calendar
from space_node.events import queries as organised
from space_node.formats import rules
from space_node.formats.errors import EventHasNoFormat, FormatUnknown, NotAnEventOfOurs, NotYourFormat
from space_node.formats.models import DoneTask
from space_node.formats.models import LibraryFormat as LibraryFormat
from space_node.formats.models import ReplayPlan as ReplayPlan
from space_node.uplink import queries as uplink

PAGE = 20


@dataclass(frozen=True)
class Entry:
    """One format of the library: its newest version, who is named with it, how often and where all versions were replayed."""

    newest: LibraryFormat
    author_name: str
    named: str
    replays: int
    spaces: int
    last_on: dt.date | None


ORDERS: dict[str, Callable[[Entry], Any]] = {
    "replays": lambda one: (-one.replays, one.newest.title.casefold(), one.newest.id),
    "title": lambda one: (one.newest.title.casefold(), one.newest.id),
    "newest": lambda one: (-one.newest.published_at.timestamp(), one.newest.id),
    "author": lambda one: (one.author_name.casefold(), one.newest.title.casefold(), one.newest.id),
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


@dataclass(frozen=True)
class Todo:
    """One task of a replay, its day, and whether it is done."""

    task: rules.Due
    done_at: dt.datetime | None


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


def library(session: Session) -> list[Entry]:
    """All formats, those replayed most often first."""
    rows = session.scalars(select(LibraryFormat).order_by(LibraryFormat.id, LibraryFormat.version)).all()
    grouped: dict[str, list[LibraryFormat]] = {}
    for row in rows:
        grouped.setdefault(row.id, []).append(row)
    names, named = uplink.space_names(session), authors.names(session)
    entries = (_entry(held, names, named.get(format_id, "")) for format_id, held in grouped.items())
    return sorted(entries, key=ORDERS["replays"])


def fitting(
    entries: Iterable[Entry], *, search: str = "", language: str = "", topic: str = "", sort: str = "replays"
) -> list[Entry]:
    """Those that fit, in this order."""
    found = [one for one in entries if _fits(one, _key(search), language, _key(topic))]
    return sorted(found, key=ORDERS[sort])


def choices(entries: Iterable[Entry]) -> tuple[list[str], list[str]]:
    """The languages and the topics that there are to choose from."""
    rows = [one.newest for one in entries]
    topics = {_key(topic): topic for row in reversed(rows) for topic in row.topics}
    return sorted({row.language for row in rows}), [topics[key] for key in sorted(topics)]


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
    rows = {(row.id, row.version): row for row in session.scalars(select(LibraryFormat))}
    parents, names = {key: _parent(row) for key, row in rows.items()}, uplink.space_names(session)
    found, named = [], authors.names(session)
    for kin in rules.family(parents, (of.id, of.version)):
        row = rows[kin.id, kin.version]
        above = rows.get(_parent(row) or ("", 0))
        holds = row.parent_id is None or above is None or row.content["parent"]["hash"] == above.hash
        space, author = names.get(row.author, row.author), named.get(row.id, "")
        found.append(Relative(row, space, author, kin.depth, len(row.replays), holds))
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


def plan(session: Session, event_id: str) -> ReplayPlan:
    """The plan of an event that was made from a format here. Raises EventHasNoFormat."""
    found = session.get(ReplayPlan, event_id)
    if found is None:
        raise EventHasNoFormat
    return found


def planned_for(session: Session, made: ReplayPlan) -> dt.date:
    """The day of the event: that of its first session here, else the one it was made for."""
    first = next(iter(organised.sessions(session, made.event_id)), None)
    return dt.date.fromisoformat(first.starts_local[:10]) if first else made.on


def todo(session: Session, made: ReplayPlan, held: LibraryFormat) -> list[Todo]:
    """The checklist of an event with its days."""
    done = {row.place: row.done_at for row in session.scalars(select(DoneTask).where(DoneTask.event_id == made.event_id))}
    return [Todo(one, done.get(one.place)) for one in rules.due(held.content["checklist"], planned_for(session, made))]


def plans(session: Session) -> list[ReplayPlan]:
    """The events that were made from formats here, the latest first."""
    return list(session.scalars(select(ReplayPlan).order_by(ReplayPlan.made_at.desc(), ReplayPlan.event_id)))


def lately(session: Session, held: LibraryFormat, *, since: dt.datetime) -> bool:
    """Whether a draft was made from a version here since then."""
    same = select(ReplayPlan.event_id).where(ReplayPlan.format_id == held.id, ReplayPlan.version == held.version)
    return session.scalar(same.where(ReplayPlan.made_at > since).limit(1)) is not None


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


def _newest(session: Session, format_id: str) -> LibraryFormat | None:
    held = versions(session, format_id)
    return held[-1] if held else None


def _entry(held: list[LibraryFormat], names: Mapping[str, str], named: str) -> Entry:
    newest, replays = held[-1], [one for row in held for one in row.replays]
    days = [dt.date.fromisoformat(one["on"]) for one in replays]
    return Entry(
        newest,
        names.get(newest.author, newest.author),
        named,
        len(replays),
        len({one["space"] for one in replays}),
        max(days, default=None),
    )


def _fits(one: Entry, word: str, language: str, topic: str) -> bool:
    row = one.newest
    said = _key(f"{row.title} {row.content['summary']} {one.author_name} {one.named} {' '.join(row.topics)}")
    return word in said and language in ("", row.language) and (not topic or topic in {_key(name) for name in row.topics})


def _parent(row: LibraryFormat) -> tuple[str, int] | None:
    """What a version was made from: another format, else the version before it."""
    if row.version > 1:
        return row.id, row.version - 1
    return (row.parent_id, row.parent_version or 1) if row.parent_id else None


def _key(text: str) -> str:
    return normal(text).casefold()
