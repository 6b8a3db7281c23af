"""Writes about trips: asking for a desk, cancelling, and keeping what the hub answers."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from shared.ids import new_id
from shared.keys import sealed
from shared.protocol.bookings import Cancellation, StayRequest
from shared.protocol.states import BookingState, Part
from shared.revs import is_newer
from space_node.members import queries as members
from space_node.passports import service as passports
from space_node.trips import queries, rules
from space_node.trips.errors import NoSuchTwin, NotCancellable, TwinKeysMissing
from space_node.trips.models import HostPseudonym, Trip
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service

BASE = "/fed/v1"
COPIED = (
    "state", "reason", "zone", "opens_at", "closes_at", "terms_version", "price_credits", "charged_credits", "checked_in_at",
)  # fmt: skip


def request(
    session: Session,
    *,
    member_id: str,
    request_id: str,
    booking_id: str,
    host: str,
    on: dt.date,
    part: Part,
    terms_version: int,
    price_credits: int,
    note: str,
    now: dt.datetime,
) -> Trip:
    """Ask the hub for a desk at the price that was shown. The same booking id again is the same trip.

    Raises NoSuchTwin, TwinKeysMissing, MemberUnknown.
    """
    known = session.get(Trip, booking_id)
    if known is not None:
        return queries.mine(session, booking_id=booking_id, member_id=member_id)
    member = members.require(session, member_id)
    twin = uplink.twin_space(session, host)
    if twin is None:
        raise NoSuchTwin(space=host)
    trip = Trip(
        booking_id=booking_id,
        request_id=request_id,
        member_id=member_id,
        host=host,
        on=on,
        part=part,
        zone=twin.zone,
        terms_version=terms_version,
        price_credits=price_credits,
        state=BookingState.REQUESTED,
        cancellation=[{"hours_before": s.hours_before, "charge_percent": s.charge_percent} for s in twin.terms.cancellation],
        asked_at=now,
        epoch=0,
        rev=0,
    )
    session.add(trip)
    stay = {
        "id": booking_id,
        "on": on,
        "part": part,
        "terms_version": terms_version,
        "price_credits": price_credits,
        "card": _card(session, member, host, booking_id, note, now),
        "host_guest": _host_guest(session, member_id, host),
    }
    body = {"host": host, "guest": member.guest, "twinning_id": twin.terms.twinning_id, "stays": [stay]}
    uplink_service.send(
        session,
        kind="stay-request",
        method="PUT",
        path=f"{BASE}/requests/{request_id}",
        body=StayRequest().dump(body),
        subject=f"booking/{booking_id}",
        now=now,
    )
    session.flush()
    return trip


def cancel(session: Session, *, member_id: str, booking_id: str, now: dt.datetime) -> Trip:
    """Ask the hub to cancel a trip. Raises TripUnknown, NotCancellable."""
    trip = queries.mine(session, booking_id=booking_id, member_id=member_id)
    if trip.cancel_asked_at is not None:
        return trip
    if not rules.may_cancel(state=trip.state, closes_at=trip.closes_at, asked=False, now=now):
        raise NotCancellable
    trip.cancel_asked_at = now
    uplink_service.send(
        session,
        kind="stay-cancel",
        method="POST",
        path=f"{BASE}/bookings/{booking_id}/cancel",
        body=Cancellation().dump({"pressed_at": now, "note": ""}),
        subject=f"booking/{booking_id}",
        now=now,
    )
    session.flush()
    return trip


def keep(session: Session, data: Mapping[str, Any], *, epoch: int, now: dt.datetime) -> Trip | None:
    """Keep the hub's word on a trip if it is newer than what is held; a confirmed one gets its visit pass."""
    trip = session.get(Trip, data["id"])
    if trip is None or not is_newer(held=(trip.epoch, trip.rev), arrived=(epoch, data["rev"])):
        return trip
    for name in COPIED:
        setattr(trip, name, data[name])
    if data["cancellation"]:
        trip.cancellation = data["cancellation"]
    trip.epoch, trip.rev, trip.answered_at = epoch, data["rev"], trip.answered_at or now
    if trip.state != BookingState.CONFIRMED:
        trip.cancel_asked_at = None
    session.flush()
    if trip.state == BookingState.CONFIRMED:
        member = members.require(session, trip.member_id)
        passports.visit_pass(session, member, booking_id=trip.booking_id, host=trip.host, on=trip.on, zone=trip.zone, now=now)
    return trip


def refuse(session: Session, *, booking_id: str, reason: str) -> None:
    """Note that the hub did not take a request at all; the manager sees the parked command."""
    trip = session.get(Trip, booking_id)
    if trip is not None and trip.state == BookingState.REQUESTED:
        trip.state, trip.reason = BookingState.REFUSED, reason


def forget_cancel(session: Session, *, booking_id: str) -> None:
    """The hub did not take a cancellation: the trip stands as it was."""
    trip = session.get(Trip, booking_id)
    if trip is not None:
        trip.cancel_asked_at = None


def _card(session: Session, member: members.Member, host: str, booking_id: str, note: str, now: dt.datetime) -> str:
    key = uplink.encryption_key(session, host, now)
    if key is None:
        raise TwinKeysMissing(space=host)
    payload = {"name": member.display_name, "home": uplink.own_slug(session), "note": note}
    return sealed.seal(payload, to_jwk=key, context=f"booking/{booking_id}")


def _host_guest(session: Session, member_id: str, host: str) -> str:
    known = queries.host_guest(session, member_id, host)
    if known is None:
        known = new_id()
        session.add(HostPseudonym(member_id=member_id, host=host, host_guest=known))
    return known
