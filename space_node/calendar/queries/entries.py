"""Sessions as entries of calendar files: the same UID and SEQUENCE wherever they are read, and never a join link."""

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from shared.calendar.writer import CalendarEntry, EntryStatus
from shared.protocol.states import EventState, SessionMode, SessionState
from shared.text import place_words
from space_node.calendar import rules
from space_node.calendar.models import MirrorEvent, MirrorSession
from space_node.calendar.rules import Shown

ENTRIES_MAX = 1_000


def feed(session: Session, *, now: dt.datetime, host: str = "") -> list[tuple[MirrorSession, MirrorEvent]]:
    """The sessions of a public calendar, or of one space in it: the past month, the next year, and what was called off lately."""
    off = or_(MirrorSession.state == SessionState.CANCELLED, MirrorEvent.state == EventState.CANCELLED)
    lately = MirrorSession.changed_at > now - rules.CANCELLED_KEPT
    wanted = (
        select(MirrorSession, MirrorEvent)
        .join(MirrorEvent, MirrorEvent.id == MirrorSession.event_id)
        .where(
            MirrorSession.shown_to == Shown.ANYBODY,
            MirrorSession.starts_at < now + rules.AHEAD,
            or_(and_(off, lately), and_(~off, MirrorSession.ends_at > now - rules.PAST_KEPT)),
        )
    )
    if host:
        wanted = wanted.where(MirrorSession.host == host)
    rows = session.execute(wanted.order_by(MirrorSession.starts_at, MirrorSession.id).limit(ENTRIES_MAX))
    return [(found, event) for found, event in rows]


def calendar_entry(
    found: MirrorSession, event: MirrorEvent, *, names: Mapping[str, str] | None = None, url: str = ""
) -> CalendarEntry:
    """One session as an entry; `names` gives the spaces' names by slug, `url` the page about it."""
    venue, host = found.venue or {}, (names or {}).get(found.host, found.host)
    place = place_words(*(venue.get(part, "") for part in ("name", "address", "city"))) or host
    return CalendarEntry(
        uid=f"{found.id}@twindesk",
        sequence=found.sequence,
        written_at=max(found.changed_at, event.as_of),
        start=found.starts_at,
        end=found.ends_at,
        summary=event.title,
        location="" if found.mode == SessionMode.REMOTE else place,
        status=_status(found, event),
        zone=found.zone,
        description="\n\n".join(part for part in (*notes(found, event), event.summary, event.description) if part),
        url=url,
        language=found.language,
        categories=tuple(event.topics),
    )


def notes(found: MirrorSession, event: MirrorEvent) -> tuple[str, ...]:
    """What those who come are told of a session, and of its whole event: each once, for a lead may write the same of both."""
    return tuple(dict.fromkeys(note for note in (found.note, event.note) if note))


def _status(found: MirrorSession, event: MirrorEvent) -> EntryStatus:
    if rules.is_off(event=event.state, session=found.state):
        return EntryStatus.CANCELLED
    return EntryStatus.TENTATIVE if found.state == SessionState.POSTPONED else EntryStatus.CONFIRMED
