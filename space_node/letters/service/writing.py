"""The words of a letter about a place, in its reader's language, with the place as an entry for their calendar.

The file has the UID of every other calendar that the session is in, and a sequence that only grows. It is published, not an
invitation: an answer by mail would go nowhere. What is struck from a calendar is cancelled, under the same organiser: this
space, which writes. The link to join by is in the letters of those alone who have a seat.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from flask_babel import gettext
from sqlalchemy.orm import Session

from shared.calendar.writer import EntryStatus, Method, Party, calendar_file
from shared.mail import Letter
from shared.mail.letters import Button
from shared.marking import N_
from shared.protocol.states import EventState, RsvpReason, RsvpState, SeatKind, SessionState
from shared.ui import state_label
from shared.ui.filters import credits_text, instant, span
from space_node.agenda import queries as agenda
from space_node.calendar import queries as calendar
from space_node.config import present_node
from space_node.letters.rules import Stand, Subject
from space_node.rsvps import queries as rsvps
from space_node.rsvps.queries import Rsvp
from space_node.uplink import queries as uplink

TITLE_AND_TEXT: Mapping[Subject, tuple[str, str]] = {
    Subject.CONFIRMED: (N_("You have a seat: %(title)s"), N_("Your seat at %(space)s is confirmed.")),
    Subject.LET_IN: (N_("You have a seat: %(title)s"), N_("%(space)s has said yes: your seat is confirmed.")),
    Subject.MOVED_UP: (N_("You have a seat: %(title)s"), N_("A seat at %(space)s has become free, and it is yours.")),
    Subject.SWITCHED: (
        N_("You have changed how you take part: %(title)s"),
        N_("Your seat at %(space)s is confirmed; the one before is given back."),
    ),
    Subject.WAITLISTED: (N_("You are on the waiting list: %(title)s"), N_("All seats at %(space)s are taken for now.")),
    Subject.LET_WAIT: (
        N_("You are on the waiting list: %(title)s"),
        N_("%(space)s has said yes, but all seats are taken for now."),
    ),
    Subject.OFFERED: (
        N_("A seat is offered to you: %(title)s"),
        N_("A seat at %(space)s has become free, and you are next. If you do not take it in time, it goes to the next."),
    ),
    Subject.OFFER_EXPIRED: (
        N_("The offer has expired: %(title)s"),
        N_("The seat at %(space)s went to the next on the list. You can ask again, behind those who asked before."),
    ),
    Subject.REFUSED: (N_("No seat: %(title)s"), N_("What you asked for at %(space)s was not possible. It costs you nothing.")),
    Subject.GIVEN_BACK: (N_("Your seat is given back: %(title)s"), N_("You are not expected at %(space)s any more.")),
    Subject.CANCELLED_BY_HOST: (
        N_("Your seat is cancelled: %(title)s"),
        N_("%(space)s cannot receive you. It costs you nothing."),
    ),
    Subject.SESSION_CANCELLED: (N_("Called off: %(title)s"), N_("It does not take place at %(space)s. It costs you nothing.")),
    Subject.MOVED: (N_("New time: %(title)s"), N_("It takes place at %(space)s at another time. Your place stays yours.")),
    Subject.POSTPONED: (
        N_("Postponed: %(title)s"),
        N_("It does not take place at %(space)s at that time. There is no new time yet. Your place stays yours."),
    ),
    Subject.CHANGED: (
        N_("Changed: %(title)s"),
        N_("Where it is, how long it lasts or how one takes part has changed. Your place at %(space)s stays yours."),
    ),
    Subject.LINK: (
        N_("The link to join: %(title)s"),
        N_("By this link you join. It is for you alone; please do not pass it on."),
    ),
}
# What the host changed, it may have said why.
WITH_NOTE = frozenset({Subject.SESSION_CANCELLED, Subject.MOVED, Subject.POSTPONED, Subject.CHANGED})


def letter(
    session: Session, rsvp: Rsvp, subject: Subject, told: Stand | None, *, name: str, house: str, now: dt.datetime
) -> Letter:
    """The letter about one change of a place; `told` is how it stood before."""
    host = uplink.space_names(session).get(rsvp.host, rsvp.host)
    said = {"space": host, "title": rsvp.title or host}
    title, text = TITLE_AND_TEXT[subject]
    note = host_note(session, rsvp.session_id, host) if subject in WITH_NOTE else []
    more = [*_about(session, rsvp, subject, told), *note]
    has_seat = rsvp.state == RsvpState.CONFIRMED
    return Letter(
        subject=gettext(title, **said),
        greeting=gettext("Hello %(name)s,", name=name),
        paragraphs=(gettext(text, **said), *more),
        facts=tuple((label, value) for label, value in _facts(session, rsvp, host, now) if value),
        button=Button(gettext("My place"), agenda.place_address(rsvp)),
        other=Button(gettext("I can’t come"), agenda.cannot_come_address(rsvp)) if has_seat else None,
        sign=house,
        reason=gettext(
            "You get this because you asked for a place through %(house)s. Your account says which mails you want.", house=house
        ),
        calendar=_calendar(session, rsvp, house, now),
    )


def _about(session: Session, rsvp: Rsvp, subject: Subject, told: Stand | None) -> list[str]:
    """What belongs to this subject alone."""
    if subject is Subject.MOVED:
        return was_to_start(told, rsvp.starts_at, rsvp.zone)
    if subject is Subject.OFFERED and rsvp.offer_expires_at:
        until = instant(rsvp.offer_expires_at, uplink.own_zone(session))
        return [gettext("The seat is kept for you until %(time)s.", time=until)]
    if subject in (Subject.WAITLISTED, Subject.LET_WAIT):
        at_once, asks = gettext("As soon as a seat is free it is yours."), gettext("As soon as a seat is free you are asked.")
        return [at_once if rsvp.take_at_once else asks]
    if subject is Subject.REFUSED and rsvp.reason in set(RsvpReason):
        price, why = rsvp.price_now_credits, state_label(str(rsvp.reason), RsvpReason.__name__).text
        new = [] if price is None else [gettext("It costs %(credits)s credits now.", credits=credits_text(price))]
        return [why, *new]
    return []


def was_to_start(told: Stand | None, starts_at: dt.datetime | None, zone: str) -> list[str]:
    """When a session was to start that starts at another time now."""
    before = told.starts_at if told else None
    return [gettext("It was to start on %(time)s.", time=instant(before, zone))] if before and before != starts_at else []


def host_note(session: Session, session_id: str, host: str) -> list[str]:
    """What the host wrote about a change."""
    found = calendar.session(session, session_id)
    event = calendar.event(session, found.event_id) if found else None
    of_event = event.note if event and event.state == EventState.CANCELLED else ""
    note = (found.note if found else "") or of_event
    return [gettext("%(space)s writes: %(note)s", space=host, note=note)] if note else []


def _facts(session: Session, rsvp: Rsvp, host: str, now: dt.datetime) -> list[tuple[str, str]]:
    """What the reader would look for; a value that is empty is left out."""
    entry, has_seat = agenda.entry(session, rsvp), rsvp.state == RsvpState.CONFIRMED
    found, opens_at = calendar.session(session, rsvp.session_id), rsvps.opens_at(session, rsvp, now)
    in_person, place = rsvp.kind == SeatKind.IN_PERSON, (rsvp.place, rsvp.waiting or rsvp.place)
    access = (found.venue or {}).get("access", "") if found and has_seat and in_person else ""
    waits = gettext("Place %(place)s of %(count)s on the waiting list", place=place[0], count=place[1])
    price = rsvp.price_credits * rsvp.party if rsvp.charged_credits is None else rsvp.charged_credits
    return [
        (gettext("Where"), entry.location if in_person else host),
        (gettext("When"), _when(session, rsvp, is_postponed=found is not None and found.state == SessionState.POSTPONED)),
        (gettext("How"), state_label(rsvp.kind, SeatKind.__name__).text),
        (gettext("How to get in"), access),
        (gettext("Join online"), entry.conference if not in_person else ""),
        (gettext("People"), str(rsvp.party) if rsvp.party > 1 else ""),
        (gettext("Waiting list"), waits if rsvp.state == RsvpState.WAITLISTED and rsvp.place else ""),
        (gettext("Seats can be asked for from"), instant(opens_at, rsvp.zone) if opens_at else ""),
        (
            gettext("Price") if rsvp.charged_credits is None else gettext("Charged"),
            gettext("%(credits)s credits", credits=credits_text(price)) if rsvp.price_credits else "",
        ),
    ]


def _when(session: Session, rsvp: Rsvp, *, is_postponed: bool) -> str:
    """From when to when at the venue, and by the reader's own clocks where these show another time."""
    if is_postponed:
        return str(gettext("There is no new time yet."))
    if rsvp.starts_at is None or rsvp.ends_at is None:
        return ""
    there, here = (span(rsvp.starts_at, rsvp.ends_at, zone) for zone in (rsvp.zone, uplink.own_zone(session)))
    return there if here == there else f"{there} ({gettext('Here: %(time)s', time=here)})"


def _calendar(session: Session, rsvp: Rsvp, house: str, now: dt.datetime) -> str | None:
    """The place for the reader's calendar: what is sure, or what was and is to be struck out."""
    has_seat, is_off = rsvp.state == RsvpState.CONFIRMED, rsvps.calendar_status(rsvp.state) is EntryStatus.CANCELLED
    if not has_seat and not (rsvp.was_sure and is_off):
        return None
    organiser = Party(house, present_node().settings.sender_address)
    entry = replace(agenda.entry(session, rsvp), written_at=now, organiser=organiser)
    file = calendar_file([entry], method=Method.PUBLISH if has_seat else Method.CANCEL)
    return file.decode()
