"""People received at the door: a seat of the hub's while it answers, else one of those that the session keeps for its door."""

import datetime as dt
import json

from sqlalchemy.orm import Session

from shared.constraints import refused
from shared.ids import new_id
from shared.protocol.rsvps import RsvpRequest
from shared.protocol.states import RsvpOrigin, RsvpReason, RsvpState, SeatKind, SessionMode
from space_node.db import Base, Outbox
from space_node.door import queries, rules
from space_node.door.errors import DoorClosed, NoDoorSeat, ReceivedTwice
from space_node.door.service import desk, seats
from space_node.hosting import queries as hosting
from space_node.hosting import service as host
from space_node.hosting.queries import SEATED, GuestRsvp, Held


def receive(
    session: Session, *, session_id: str, passport_text: str = "", name: str = "", party: int = 1, now: dt.datetime
) -> GuestRsvp:
    """Receive somebody without a seat, and ask the hub for one; the same passport again is the same person.

    While the hub is away they get a seat of the door, if one is left, and the hub hears later. Raises SessionNotHeld,
    DoorClosed, DoorPassportRefused, NoDoorSeat, ReceivedTwice.
    """
    at = hosting.held(session, session_id)
    desk.require_open(at, now)
    if at.session.mode == SessionMode.REMOTE:
        raise DoorClosed
    check = desk.look(session, at, passport_text, now) if passport_text else None
    if check is not None:
        shown = queries.shown_before(session, session_id, check.ref)
        if shown is not None:
            return shown
    guest = _new(at, party=party, now=now)
    guest.name = check.name if check else name
    guest.home, guest.passport_ref = (check.home, check.ref) if check else (None, None)
    limited = at.session.seats_in_person is not None
    if limited and queries.is_offline(session, now) and not seats.take(session, guest, at.session):
        raise NoDoorSeat
    with refused(session, Base.metadata, {"uq_guest_rsvps_session_id_passport_ref": ReceivedTwice}):
        session.add(guest)
    _ask(session, guest, at, now)
    return guest


def settle(session: Session, *, rsvp_id: str) -> GuestRsvp:
    """What becomes of somebody at the door whom the hub has not answered about: a seat of the door, else they wait.

    Raises GuestRsvpUnknown, SessionNotHeld.
    """
    guest = hosting.require(session, rsvp_id, to_change=True)
    if guest.same_as is not None:
        return hosting.require(session, guest.same_as, to_change=True)
    if guest.epoch == 0 and guest.state == RsvpState.ASKED and guest.problem is None:
        at = hosting.held(session, guest.session_id)
        if at.session.seats_in_person is not None and not seats.take(session, guest, at.session):
            guest.arrived_at = None
            session.flush()
    return guest


def door_answer(session: Session, row: Outbox, guest: GuestRsvp, *, arrived_at: dt.datetime | None, now: dt.datetime) -> None:
    """The hub has said whether there is a seat: who has one came; who found it full gets a seat of the door, asked for anew.

    `arrived_at` is what the desk had noted; somebody who was left waiting is checked in when the desk sees them again.
    """
    asked_for_door_seat = bool(json.loads(row.body)["door_seat"])
    if guest.state in SEATED:
        if not asked_for_door_seat:
            seats.give_back(session, guest)
        if guest.state == RsvpState.CONFIRMED and arrived_at is not None:
            host.report(session, guest, came=True, at=arrived_at, now=now)
    elif guest.state == RsvpState.REFUSED:
        _refused(session, guest, arrived_at, tried=asked_for_door_seat, now=now)
    elif arrived_at is not None:
        # They have given their seat back meanwhile: who was let in is here all the same, and the hub's objection shows it.
        seats.give_back(session, guest)
        host.report(session, guest, came=True, at=arrived_at, now=now)
    session.flush()


def _refused(session: Session, guest: GuestRsvp, arrived_at: dt.datetime | None, *, tried: bool, now: dt.datetime) -> None:
    """Somebody for whom the hub has no seat. Who was let in meanwhile is here all the same, and the desk sees the objection."""
    let_in = guest.door_seat
    at = hosting.held(session, guest.session_id)
    if rules.takes_a_door_seat(state=guest.state, reason=guest.reason, tried=tried) and seats.take(session, guest, at.session):
        _again(session, guest, at, arrived_at or now, now)
        return
    seats.give_back(session, guest)
    if let_in:
        guest.arrived_at, guest.problem = arrived_at, guest.reason or RsvpReason.FULL


def _again(session: Session, guest: GuestRsvp, at: Held, arrived_at: dt.datetime, now: dt.datetime) -> None:
    anew = _new(at, party=guest.party, now=now)
    anew.name, anew.home, anew.passport_ref, anew.arrived_at = guest.name, guest.home, guest.passport_ref, arrived_at
    anew.door_seat, guest.door_seat = True, False
    guest.same_as, guest.passport_ref, guest.arrived_at = anew.id, None, None
    session.flush()
    session.add(anew)
    session.flush()
    _ask(session, anew, at, now)


def _new(at: Held, *, party: int, now: dt.datetime) -> GuestRsvp:
    return GuestRsvp(
        id=new_id(now),
        session_id=at.session.id,
        event_id=at.event.id,
        kind=SeatKind.IN_PERSON,
        origin=RsvpOrigin.DOOR,
        state=RsvpState.ASKED,
        epoch=0,
        rev=0,
        party=party,
        price_credits=at.session.price_credits,
        name="",
        shares=False,
        door_seat=False,
        arrived_at=now,
        asked="",
        feedback="",
        as_of=now,
    )


def _ask(session: Session, guest: GuestRsvp, at: Held, now: dt.datetime) -> None:
    body = {
        "session_id": guest.session_id,
        "kind": guest.kind,
        "origin": RsvpOrigin.DOOR,
        "home": guest.home,
        "passport_ref": guest.passport_ref,
        "party": guest.party,
        "take_at_once": True,
        "zone": at.session.zone,
        "price_credits": guest.price_credits,
        "intent_at": now,
        "door_seat": guest.door_seat,
    }
    guest.report_id = host.put(session, guest, RsvpRequest().dump(body), now).message_id
