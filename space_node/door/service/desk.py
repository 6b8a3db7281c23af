"""What the desk does with those on the list: scan, check in, take back. It is local first; the hub hears as soon as it can."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from shared.protocol.states import DoorReason, RsvpOrigin, Verdict
from space_node.door import queries, rules
from space_node.door.errors import DoorClosed, DoorPassportRefused, NotHereYet, NotOnTheList
from space_node.door.rules import Next
from space_node.door.service.seats import give_back
from space_node.hosting import queries as hosting
from space_node.hosting import service as host
from space_node.hosting.queries import Group, GuestRsvp, Held, Person
from space_node.passports import service as passports
from space_node.passports.service import DoorCheck


@dataclass(frozen=True)
class Scan:
    """What the desk sees of a passport at a session. `people` are those on the list whom it may belong to."""

    verdict: Verdict
    reason: DoorReason
    next: Next
    check: DoorCheck
    people: tuple[Person, ...] = ()


def scan(session: Session, *, session_id: str, text: str, now: dt.datetime) -> Scan:
    """Look at a passport and change nothing. Raises SessionNotHeld, NotJoined."""
    at = hosting.held(session, session_id)
    reading = passports.read(session, text, now)
    if reading.passport is None:
        check = passports.judge(reading, expected=False)
        return Scan(check.verdict, check.reason, Next.NOTHING, check)
    claims, ref = reading.passport.claims, reading.passport.ref
    found = queries.fitting(session, session_id, home=claims.issuer, name=claims.display_name, ref=ref)
    groups = [one.group for one in found]
    check = passports.judge(reading, expected=Group.EXPECTED in groups)
    stands = {"expected": Group.EXPECTED in groups or Group.UNSURE in groups, "here": Group.HERE in groups}
    verdict, reason, after = rules.judge(check.verdict, check.reason, **stands, reach=at.event.reach)
    return Scan(verdict, reason, after, check, tuple(found))


def check_in(session: Session, *, session_id: str, rsvp_id: str, now: dt.datetime) -> GuestRsvp:
    """Note that somebody has come, and tell the hub; again, and nothing more happens.

    Raises SessionNotHeld, GuestRsvpUnknown, DoorClosed, NotOnTheList.
    """
    guest = hosting.require(session, rsvp_id, session_id=session_id, to_change=True)
    if hosting.group_of(guest) is Group.HERE:
        return guest
    require_open(hosting.held(session, session_id), now)
    if hosting.group_of(guest) is not Group.EXPECTED:
        raise NotOnTheList(state=guest.state)
    host.report(session, guest, came=True, at=now, now=now)
    return guest


def undo(session: Session, *, session_id: str, rsvp_id: str, now: dt.datetime) -> GuestRsvp:
    """Take back a check-in. Who was received at the door gives the seat back, unless the session is over.

    Raises SessionNotHeld, GuestRsvpUnknown, NotHereYet.
    """
    at = hosting.held(session, session_id)
    guest = hosting.require(session, rsvp_id, session_id=session_id, to_change=True)
    if hosting.group_of(guest) is not Group.HERE:
        raise NotHereYet
    if guest.epoch:
        host.report(session, guest, came=False, at=now, now=now)
    if guest.origin == RsvpOrigin.DOOR and not at.is_over(now):
        guest.arrived_at, guest.report_id, guest.passport_ref = None, None, None
        give_back(session, guest)
        host.ask(session, guest, "cancel", now)
    return guest


def look(session: Session, at: Held, text: str, now: dt.datetime) -> DoorCheck:
    """The passport of somebody who is received without a seat. Raises DoorPassportRefused."""
    found = scan(session, session_id=at.session.id, text=text, now=now)
    if found.next is Next.NOTHING or found.check.home is None:
        raise DoorPassportRefused(reason=found.reason)
    return found.check


def require_open(at: Held, now: dt.datetime) -> None:
    """Raises DoorClosed."""
    if not queries.is_open(at, now):
        raise DoorClosed
