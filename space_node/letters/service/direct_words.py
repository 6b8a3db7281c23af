"""The words of a letter to a guest whose own space is silent, in the language that their space knows they read.

The entry for their calendar has the UID and the organiser of those that their home has sent. Its sequence is that of the
session and one more: above what the home said with the seat, and not above what it will say itself.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from shared.calendar.writer import EntryStatus, Method, Party, calendar_file
from shared.mail import Letter
from shared.protocol.states import RsvpState, SeatKind
from shared.text import place_words
from shared.ui import state_label
from shared.ui.filters import span
from shared.ui.locale import DEFAULT_LANGUAGE, LANGUAGES
from space_node.calendar import queries as calendar
from space_node.calendar.queries import MirrorSession
from space_node.hosting.queries import GuestRsvp
from space_node.letters.rules import Stand, Subject
from space_node.letters.service.writing import TITLE_AND_TEXT, WITH_NOTE, host_note, was_to_start
from space_node.uplink import queries as uplink

_OFF = frozenset({Subject.SESSION_CANCELLED, Subject.CANCELLED_BY_HOST})


def reading(language: str) -> str:
    """The language of ours in which somebody is written to."""
    return language if language in LANGUAGES else DEFAULT_LANGUAGE


def letter(
    session: Session,
    guest: GuestRsvp,
    at: MirrorSession,
    subject: Subject,
    told: Stand,
    *,
    contact: Mapping[str, Any],
    house: str,
    now: dt.datetime,
) -> Letter:
    """The letter about what somebody must hear of."""
    event, names = calendar.event(session, at.event_id), uplink.space_names(session)
    home = names.get(str(guest.home), str(guest.home))
    title, text = TITLE_AND_TEXT[subject]
    said = {"space": house, "title": event.title if event else house}
    moved = was_to_start(told, at.starts_at, at.zone) if subject is Subject.MOVED else []
    why = gettext(
        "%(house)s writes to you itself, because %(home)s, your own space, cannot be reached. Once it can, it tells you too.",
        house=house,
        home=home,
    )
    return Letter(
        subject=gettext(title, **said),
        greeting=gettext("Hello %(name)s,", name=guest.name),
        paragraphs=(gettext(text, **said), *moved, *(host_note(session, at.id, house) if subject in WITH_NOTE else []), why),
        facts=tuple((label, value) for label, value in _facts(guest, at, subject, house) if value),
        sign=house,
        reason=gettext(
            "You get this because you let the host write to you if your own space cannot be reached. Your address is deleted "
            "30 days after the event at the latest."
        ),
        calendar=_calendar(session, at, subject, told, Party(home, contact["organiser"]), now),
    )


def _facts(guest: GuestRsvp, at: MirrorSession, subject: Subject, house: str) -> list[tuple[str, str]]:
    venue = at.venue or {}
    place = place_words(*(venue.get(part, "") for part in ("name", "address", "city")))
    no_time = gettext("There is no new time yet.")
    return [
        (gettext("Where"), place if place and guest.kind == SeatKind.IN_PERSON else house),
        (gettext("When"), no_time if subject is Subject.POSTPONED else span(at.starts_at, at.ends_at, at.zone)),
        (gettext("How"), state_label(guest.kind, SeatKind.__name__).text),
        (gettext("People"), str(guest.party) if guest.party > 1 else ""),
    ]


def _calendar(
    session: Session, at: MirrorSession, subject: Subject, told: Stand, organiser: Party, now: dt.datetime
) -> str | None:
    """Their entry as it stands now, or is to be struck out; nothing for who had no seat, and so has no entry."""
    event = calendar.event(session, at.event_id)
    if event is None or told.state != RsvpState.CONFIRMED:
        return None
    known = calendar.calendar_entry(at, event, names=uplink.space_names(session))
    is_off = subject in _OFF
    status = EntryStatus.CANCELLED if is_off else known.status
    entry = replace(known, sequence=known.sequence + 1, written_at=now, organiser=organiser, status=status)
    return calendar_file([entry], method=Method.CANCEL if is_off else Method.PUBLISH).decode()
