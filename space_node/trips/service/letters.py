"""The letters about a trip: one for each change, to the member's own address, with the trip as a calendar file.

They are written by the home node alone; the hub and the host never see an address. The calendar's sequence is the hub's rev,
so whatever comes later is newer.
"""

import datetime as dt
from collections.abc import Mapping

from flask_babel import gettext
from sqlalchemy.orm import Session

from shared.calendar.writer import CalendarEntry, EntryStatus, Method, calendar_file
from shared.mail import Letter
from shared.mail.letters import Button
from shared.marking import N_
from shared.protocol.states import BookingState, NoReason
from shared.spoken import day
from shared.ui import state_label
from shared.ui.filters import credits_text, hours_until
from shared.web import public_url
from space_node.accounts import queries as accounts
from space_node.accounts import service as accounts_service
from space_node.trips import rules
from space_node.trips.models import Trip
from space_node.uplink import queries as uplink

_SUBJECT_AND_TEXT: Mapping[BookingState, tuple[str, str]] = {
    BookingState.CONFIRMED: (
        N_("Your desk at %(space)s on %(day)s is booked"),
        N_("%(space)s expects you. Your visit pass is on the page of the trip."),
    ),
    BookingState.REFUSED: (
        N_("No desk at %(space)s on %(day)s"),
        N_("The desk that you asked for was not given. It costs you nothing."),
    ),
    BookingState.CANCELLED_BY_GUEST: (
        N_("Your booking at %(space)s on %(day)s is cancelled"),
        N_("You have cancelled, and the desk is free for somebody else."),
    ),
    BookingState.CANCELLED_BY_HOST: (
        N_("%(space)s has cancelled your desk on %(day)s"),
        N_("The space cannot receive you on that day. It costs you nothing."),
    ),
    BookingState.CHECKED_IN: (
        N_("You are checked in at %(space)s"),
        N_("%(space)s has received you. If it was not you, tell your own space at once."),
    ),
    BookingState.COMPLETED: (
        N_("Your day at %(space)s on %(day)s is done"),
        N_("Thank you for your visit. This is what it came to."),
    ),
    BookingState.NO_SHOW: (
        N_("You were expected at %(space)s on %(day)s"),
        N_("%(space)s has not seen you on that day. If you were there, tell your own space."),
    ),
}
_BECAUSE = N_("You get this because you booked a desk through %(house)s. Your account says which mails you want.")
# Whoever does not know of it stands before a closed door.
_NEVER_LEFT_OUT = frozenset({BookingState.CANCELLED_BY_HOST})
_IN_A_CALENDAR = frozenset({BookingState.CONFIRMED, BookingState.CANCELLED_BY_GUEST, BookingState.CANCELLED_BY_HOST})


def tell_change(session: Session, trip: Trip, *, before: BookingState | None, now: dt.datetime) -> None:
    """Write to the member if the trip is not what it was."""
    known = trip.state in _SUBJECT_AND_TEXT and trip.state != before
    account = accounts.account_of_member(session, trip.member_id) if known and trip.member_id else None
    if account is not None:
        state = BookingState(trip.state)
        accounts_service.write_to(
            session,
            account,
            kind=f"trip-{state.replace('_', '-')}",
            write=lambda house: _letter(session, trip, account.name, house),
            now=now,
            optional=state not in _NEVER_LEFT_OUT,
        )


def calendar_of(session: Session, trip: Trip, method: Method | None = None) -> bytes:
    """The trip as a calendar file, in the reader's language."""
    space = uplink.space(session, trip.host)
    name, profile = (space.name, space.profile or {}) if space else (trip.host, {})
    hours = (trip.opens_at, trip.closes_at) if trip.opens_at and trip.closes_at else (trip.on, trip.on + dt.timedelta(days=1))
    entry = CalendarEntry(
        uid=f"{trip.booking_id}@twindesk",
        sequence=trip.rev,
        written_at=trip.answered_at or trip.asked_at,
        start=hours[0],
        end=hours[1],
        summary=gettext("Desk at %(space)s", space=name),
        location=profile.get("address", ""),
        status=_status(BookingState(trip.state)),
    )
    return calendar_file([entry], method=method)


def _letter(session: Session, trip: Trip, name: str, house: str) -> Letter:
    state, space = BookingState(trip.state), uplink.space(session, trip.host)
    said = {"space": space.name if space else trip.host, "day": day(trip.on)}
    subject, text = _SUBJECT_AND_TEXT[state]
    return Letter(
        subject=gettext(subject, **said),
        greeting=gettext("Hello %(name)s,", name=name),
        paragraphs=(gettext(text, **said), *_reason(trip)),
        facts=tuple(_facts(trip, str(said["space"]))),
        button=Button(gettext("Look at the trip"), public_url(f"/trips/{trip.booking_id}")),
        sign=house,
        reason=gettext(
            "You get this because you booked a desk through %(house)s. Your account says which mails you want.", house=house
        ),
        calendar=calendar_of(session, trip, Method.PUBLISH).decode() if state in _IN_A_CALENDAR else None,
    )


def _reason(trip: Trip) -> list[str]:
    """Why the hub said no, and what the desk would cost now if that is why."""
    if trip.state != BookingState.REFUSED or trip.reason not in set(NoReason):
        return []
    price = trip.price_now_credits
    new = [] if price is None else [gettext("It costs %(credits)s credits now.", credits=credits_text(price))]
    return [state_label(trip.reason, NoReason.__name__).text, *new]


def _facts(trip: Trip, space: str) -> list[tuple[str, str]]:
    facts = [(gettext("Space"), space), (gettext("Day"), day(trip.on))]
    if trip.opens_at and trip.closes_at:
        facts.append((gettext("Hours"), hours_until(trip.opens_at, trip.closes_at, trip.zone)))
    if trip.charged_credits is not None:
        return [*facts, (gettext("Charged"), gettext("%(credits)s credits", credits=credits_text(trip.charged_credits)))]
    return [*facts, (gettext("Price"), gettext("%(credits)s credits", credits=credits_text(trip.price_credits)))]


def _status(state: BookingState) -> EntryStatus:
    if state in rules.AWAY_STATES:
        return EntryStatus.CONFIRMED
    return EntryStatus.TENTATIVE if state in rules.OPEN_STATES else EntryStatus.CANCELLED
