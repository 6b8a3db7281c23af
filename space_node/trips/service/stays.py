"""Asking for a desk, cancelling, and keeping what the hub answers."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from shared.constraints import added
from shared.idempotency import IdConflict
from shared.ids import new_id
from shared.keys import sealed
from shared.messaging.outbox import discard_settled
from shared.protocol.bookings import Cancellation, StayRequest
from shared.protocol.states import BookingState, Origin, Part, Payer
from shared.protocol.version import BASE_PATH
from shared.revs import is_newer
from space_node.db import Outbox
from space_node.members import queries as members
from space_node.passports import service as passports
from space_node.trips import queries, rules
from space_node.trips.errors import NoSuchTwin, NotCancellable, TwinKeysMissing
from space_node.trips.models import HostPseudonym, Trip
from space_node.trips.service.letters import tell_change
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service

COPIED = (
    "state", "reason", "zone", "opens_at", "closes_at", "terms_version", "price_credits", "charged_credits", "checked_in_at",
    "payer",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One desk, as it was shown. The ids were minted with the form, so that it can be sent twice."""

    request_id: str
    booking_id: str
    host: str
    on: dt.date
    part: Part
    terms_version: int
    price_credits: int
    note: str = ""


def request(session: Session, *, member_id: str, wanted: Wanted, now: dt.datetime) -> Trip:
    """Ask the hub for a desk at the price that was shown. The same booking id again is the same trip.

    Raises NoSuchTwin, TwinKeysMissing, MemberUnknown; TripUnknown for the id of somebody else's trip.
    """
    if session.get(Trip, wanted.booking_id) is not None:
        return queries.mine(session, booking_id=wanted.booking_id, member_id=member_id)
    member = members.require(session, member_id)
    twin = uplink.twin_space(session, wanted.host)
    if twin is None:
        raise NoSuchTwin(space=wanted.host)
    if not added(session, _asked_for(session, wanted, member, twin, now)):
        # The other click of a double click was quicker.
        return queries.mine(session, booking_id=wanted.booking_id, member_id=member_id)
    stay = {
        "id": wanted.booking_id,
        "on": wanted.on,
        "part": wanted.part,
        "terms_version": wanted.terms_version,
        "price_credits": wanted.price_credits,
        "card": _card(session, member, wanted, now),
        "host_guest": _host_guest(session, member_id, wanted.host),
    }
    body = {"host": wanted.host, "guest": member.guest, "twinning_id": twin.terms.twinning_id, "stays": [stay]}
    uplink_service.send(
        session,
        kind="stay-request",
        method="PUT",
        path=f"{BASE_PATH}/requests/{wanted.request_id}",
        body=StayRequest().dump(body),
        subject=_subject(wanted.booking_id),
        now=now,
    )
    return queries.mine(session, booking_id=wanted.booking_id, member_id=member_id)


def cancel(session: Session, *, member_id: str, booking_id: str, now: dt.datetime) -> Trip:
    """Ask the hub to cancel a trip; again, nothing more happens. Raises TripUnknown, NotCancellable."""
    trip = queries.mine(session, booking_id=booking_id, member_id=member_id, lock=True)
    if trip.cancel_asked_at is not None or trip.state == BookingState.CANCELLED_BY_GUEST:
        return trip
    if not rules.may_cancel(state=trip.state, closes_at=trip.closes_at, asked=False, now=now):
        raise NotCancellable
    trip.cancel_asked_at = now
    uplink_service.send(
        session,
        kind="stay-cancel",
        method="POST",
        path=f"{BASE_PATH}/bookings/{booking_id}/cancel",
        body=Cancellation().dump({"pressed_at": now, "note": ""}),
        subject=_subject(booking_id),
        now=now,
    )
    return trip


def keep(
    session: Session, data: Mapping[str, Any], *, epoch: int, now: dt.datetime, price_now_credits: int | None = None
) -> Trip:
    """Keep the hub's word on a trip if it is newer than what is held, and tell the member; a confirmed one gets its visit pass.

    One that is not known here began at a host's door, or this node was restored from a backup. Answers and news come on
    two ways, so the row is locked while the two are compared.
    """
    trip = session.get(Trip, data["id"], with_for_update=True, populate_existing=True)
    if trip is None:
        trip = _first_heard_of(data, now)
        session.add(trip)
    elif not is_newer(held=(trip.epoch, trip.rev), arrived=(epoch, data["rev"])):
        return trip
    before = trip.state
    for name in COPIED:
        setattr(trip, name, data[name])
    trip.price_now_credits = price_now_credits if price_now_credits is not None else trip.price_now_credits
    trip.cancellation = data["cancellation"] or trip.cancellation
    trip.epoch, trip.rev, trip.answered_at = epoch, data["rev"], trip.answered_at or now
    if trip.state != BookingState.CONFIRMED:
        trip.cancel_asked_at = None
        passports.forget_promise(session, trip.booking_id)
    member = _whose(session, trip, data["guest"])
    session.flush()
    _forget_conflict(session, trip)
    if member is not None and trip.state == BookingState.CONFIRMED:
        passports.visit_pass(session, member, booking_id=trip.booking_id, host=trip.host, on=trip.on, zone=trip.zone, now=now)
    tell_change(session, trip, before=before, now=now)
    return trip


def refuse(session: Session, *, booking_id: str, reason: str, now: dt.datetime) -> None:
    """Note that the hub did not take a request at all, and tell the member; the manager sees the parked command.

    Where the hub's word on the trip is held already, that counts.
    """
    trip = session.get(Trip, booking_id, with_for_update=True, populate_existing=True)
    if trip is None:
        return
    if trip.state == BookingState.REQUESTED:
        trip.state, trip.reason = BookingState.REFUSED, reason
        tell_change(session, trip, before=BookingState.REQUESTED, now=now)
    if trip.rev:
        _forget_conflict(session, trip)


def forget_cancel(session: Session, *, booking_id: str) -> None:
    """The hub did not take a cancellation: the trip stands as it was."""
    trip = session.get(Trip, booking_id, with_for_update=True, populate_existing=True)
    if trip is not None:
        trip.cancel_asked_at = None


def forget_member(session: Session, member_id: str) -> None:
    """Forget who went on these trips, and by which names hosts knew them."""
    session.execute(update(Trip).where(Trip.member_id == member_id).values(member_id=None))
    session.execute(delete(HostPseudonym).where(HostPseudonym.member_id == member_id))


def _forget_conflict(session: Session, trip: Trip) -> None:
    """A form sent anew after this node was restored asks under an id that the hub has answered: that answer stands."""
    discard_settled(session, Outbox, kind="stay-request", subject=_subject(trip.booking_id), problem_slug=IdConflict.slug)


def _subject(booking_id: str) -> str:
    return f"booking/{booking_id}"


def _asked_for(session: Session, wanted: Wanted, member: members.Member, twin: uplink.TwinSpace, now: dt.datetime) -> Trip:
    opens_at, closes_at = queries.hours(uplink.availability(session, wanted.host, wanted.on), wanted.part)
    return Trip(
        booking_id=wanted.booking_id,
        request_id=wanted.request_id,
        member_id=member.id,
        origin=Origin.BOOKING,
        payer=Payer.LOTS,
        host=wanted.host,
        on=wanted.on,
        part=wanted.part,
        zone=twin.zone,
        terms_version=wanted.terms_version,
        price_credits=wanted.price_credits,
        state=BookingState.REQUESTED,
        opens_at=opens_at,
        closes_at=closes_at,
        cancellation=[asdict(step) for step in twin.terms.cancellation],
        asked_at=now,
        epoch=0,
        rev=0,
    )


def _first_heard_of(data: Mapping[str, Any], now: dt.datetime) -> Trip:
    names = ("host", "on", "part", "origin")
    return Trip(booking_id=data["id"], asked_at=now, cancellation=[], **{name: data[name] for name in names})


def _whose(session: Session, trip: Trip, guest: str | None) -> members.Member | None:
    """The member on the trip, once the hub has said by which name it knows them."""
    if trip.member_id is None and guest is not None:
        known = members.member_of_guest(session, guest)
        trip.member_id = known.id if known else None
    return members.member(session, trip.member_id) if trip.member_id else None


def _card(session: Session, member: members.Member, wanted: Wanted, now: dt.datetime) -> str:
    key = uplink.encryption_key(session, wanted.host, now)
    if key is None:
        raise TwinKeysMissing(space=wanted.host)
    payload = {"name": member.display_name, "home": uplink.own_slug(session), "note": wanted.note}
    return sealed.seal(payload, to_jwk=key, context=f"booking/{wanted.booking_id}")


def _host_guest(session: Session, member_id: str, host: str) -> str:
    """The name by which the host knows this member: random, and the same at every stay there."""
    known = queries.host_guest(session, member_id, host)
    if known is None:
        added(session, HostPseudonym(member_id=member_id, host=host, host_guest=new_id()))
        known = queries.host_guest(session, member_id, host)
        assert known is not None
    return known
