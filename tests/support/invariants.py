"""What must hold of a hub and its nodes: at any moment, and once everything has been heard and answered."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.bookings import queries as bookings
from federation.bookings.models import Booking, CommonSeats, DayOffer, GuestDays, SetAsideSeats
from federation.bookings.rules import SeatKind
from federation.credits import queries as ledger
from federation.credits.models import Lot
from federation.twinnings import queries as twinnings
from shared.clock import local_date
from shared.messaging.outbox import OutboxState
from shared.protocol.states import BookingState, Half, Origin
from space_node.db import Outbox, ParkedItem
from space_node.desks import queries as desks
from space_node.home import queries as home
from space_node.trips.models import Trip
from space_node.uplink import queries as uplink
from space_node.uplink.models import MirrorAvailability
from space_node.visits.models import Visit
from space_node.wallet.models import WalletMirror
from tests.support.node import Network, NodeWorld

# What a desk or a member may ask for in vain when the other side was quicker.
HONEST_CONFLICTS = {"booking-over", "wrong-day", "already-here", "rsvp-over", "not-offered", "rsvp-not-open", "offer-over"}
CLOSED = (False, 0, 0)
SEAT_COLUMNS = {Half.MORNING: "morning_seat", Half.AFTERNOON: "afternoon_seat"}


def always(network: Network) -> list[str]:
    """What does not hold now, though it must at any moment."""
    return counted(network) + oversold(network) + ahead(network)


def counted(network: Network) -> list[str]:
    """What the hub has counted otherwise than it is."""
    return network.hub.look(lambda session: [*ledger.audit_faults(session), *_seats(session), *_days(session)])


def oversold(network: Network) -> list[str]:
    """The half days of which more is taken than is offered: so it may be only where a host has lowered the offer since."""
    found = network.hub.look(
        lambda session: list(session.scalars(select(CommonSeats).where(CommonSeats.taken > CommonSeats.offered)))
    )
    return [f"{row.host} {row.on} {row.half}: {row.taken} of {row.offered} taken" for row in found]


def ahead(network: Network) -> list[str]:
    """What nodes know of stays that the hub has never said; a hub that was restored has forgotten what it said."""
    held = network.hub.look(lambda session: {row.id: row for row in session.scalars(select(Booking))})
    return [fault for node in network.nodes.values() for fault in node.look(lambda session: list(_ahead(session, held)))]


def at_rest(network: Network) -> list[str]:
    """What the nodes hold otherwise than the hub, though everything was heard and answered."""
    looks = (unsettled, partial(_views, network), partial(_offers, network), partial(_paid, network))
    return [fault for node in network.nodes.values() for look in looks for fault in look(node)]


def unfinished(network: Network) -> list[str]:
    """The stays and credits that are still open long after the last day."""

    def look(session: Session) -> list[str]:
        ended = (BookingState.CONFIRMED, BookingState.CHECKED_IN, BookingState.REQUESTED)
        stays = [f"{row.id} is {row.state}" for row in session.scalars(select(Booking).where(Booking.state.in_(ended)))]
        lots = [f"{lot.id} still holds {lot.held}" for lot in session.scalars(select(Lot).where(Lot.held != 0))]
        return stays + lots

    return network.hub.look(look)


def _seats(session: Session) -> Iterator[str]:
    """Every counter of seats is the number of stays that took one."""
    stays = list(session.scalars(select(Booking)))
    for row in session.scalars(select(CommonSeats)):
        here = [stay for stay in stays if (stay.host, stay.on) == (row.host, row.on)]
        took = sum(getattr(stay, SEAT_COLUMNS[Half(row.half)]) == SeatKind.COMMON for stay in here)
        if took != row.taken:
            yield f"{row.host} {row.on} {row.half}: {row.taken} are taken, by {took}"
    for aside in session.scalars(select(SetAsideSeats)):
        here = [stay for stay in stays if (stay.host, stay.on, stay.twinning_id) == (aside.host, aside.on, aside.twinning_id)]
        took = sum(getattr(stay, SEAT_COLUMNS[Half(aside.half)]) == SeatKind.SET_ASIDE for stay in here)
        most = _set_aside(session, aside)
        if not took == aside.taken <= most:
            yield f"{aside.host} {aside.on} {aside.half}: {aside.taken} of {most} set aside taken by {took}"


def _set_aside(session: Session, aside: SetAsideSeats) -> int:
    [pair] = [found for found in twinnings.active(session) if found.twinning_id == aside.twinning_id]
    terms = twinnings.active_between(session, pair.first, pair.second)
    assert terms is not None
    return terms.offer_of(aside.host).set_aside_seats


def _days(session: Session) -> Iterator[str]:
    """Every counter of a guest's days is the number of stays that used one."""
    stays = session.scalars(select(Booking).where(Booking.origin == Origin.BOOKING, Booking.state != BookingState.REFUSED)).all()
    cancelled = (BookingState.CANCELLED_BY_GUEST, BookingState.CANCELLED_BY_HOST)
    used = Counter(
        (stay.host, stay.guest, f"{stay.on:%Y-%m}") for stay in stays if stay.state not in cancelled or stay.charged_credits
    )
    counted = {(row.host, row.guest, row.month): row.taken for row in session.scalars(select(GuestDays)) if row.taken}
    if counted != used:
        yield f"days: {counted} are counted, {dict(used)} were used"


def _ahead(session: Session, held: dict[str, Booking]) -> Iterator[str]:
    """A node knows no more than the hub has said, and of the same rev the same."""
    for row in (*session.scalars(select(Trip)), *session.scalars(select(Visit))):
        known = held.get(row.booking_id)
        if row.rev and (known is None or row.rev > known.rev):
            yield f"{row.booking_id}: rev {row.rev} was never told"
        elif known is not None and row.rev == known.rev and _said(row) != _said(known):
            yield f"{row.booking_id}: {_said(row)} here, {_said(known)} at the hub"


def _said(row: Any) -> tuple[Any, ...]:
    return str(row.state), row.charged_credits, str(row.payer), row.on, str(row.part)


def unsettled(node: NodeWorld) -> Iterator[str]:
    """What a node still waits for, or has parked for a person to look at."""
    rows, news = node.look(lambda session: (session.scalars(select(Outbox)).all(), session.scalars(select(ParkedItem)).all()))
    for row in rows:
        if row.state == OutboxState.WAITING:
            yield f"{node.slug}: {row.kind} {row.subject} still waits: {row.problem_slug}"
        if row.state == OutboxState.PARKED and row.problem_slug not in HONEST_CONFLICTS:
            yield f"{node.slug}: {row.kind} {row.subject} is parked: {row.problem_slug}"
    yield from (f"{node.slug}: {item.type} {item.subject} is parked: {item.problem_slug}" for item in news)
    asked, unheard = node.look(lambda session: (session.scalars(select(Trip)).all(), session.scalars(select(Visit)).all()))
    yield from (f"{node.slug}: {trip.booking_id} has no answer" for trip in asked if trip.state == BookingState.REQUESTED)
    lost = (visit for visit in unheard if visit.rev == 0 and visit.same_as is None and visit.problem is None)
    yield from (f"{node.slug}: the hub has not heard of {visit.booking_id}" for visit in lost)


def _views(network: Network, node: NodeWorld) -> Iterator[str]:
    """Trips, visits, wallets and free seats of a node are the hub's."""
    hub = network.hub.look(lambda session: _told(session, node.slug, network.clock.now()))
    own = node.look(_held)
    for name, held in own.items():
        # Of days that are over the hub tells nothing any more.
        known = hub[name].keys() | (held.keys() if name != "free" else ())
        for key in sorted(known, key=str):
            if held.get(key) != hub[name].get(key):
                yield f"{node.slug}: {name} {key}: {held.get(key)} here, {hub[name].get(key)} at the hub"


def _offers(network: Network, node: NodeWorld) -> Iterator[str]:
    """What the hub sells of a node's coming days is what the node offers."""
    today = local_date(network.clock.now(), node.look(uplink.own_zone))
    offered = {day["on"]: _offered(**day) for day in node.look(lambda session: desks.coming_days(session, today))}
    sold = network.hub.look(partial(_sold, host=node.slug))
    for on, offer in offered.items():
        if sold.get(on, CLOSED) != offer:
            yield f"{node.slug} offers {offer} on {on}, and the hub sells {sold.get(on, CLOSED)}"


def _sold(session: Session, host: str) -> dict[dt.date, tuple[bool, int, int]]:
    seats = {
        (row.on, Half(row.half)): row.offered for row in session.scalars(select(CommonSeats).where(CommonSeats.host == host))
    }
    days = session.scalars(select(DayOffer).where(DayOffer.host == host))
    return {day.on: _offered(open=day.open, **{f"{half}_seats": seats[day.on, half] for half in Half}) for day in days}


def _offered(*, open: bool, morning_seats: int, afternoon_seats: int, **_about: Any) -> tuple[bool, int, int]:
    return open, morning_seats, afternoon_seats


def _told(session: Session, slug: str, now: dt.datetime) -> dict[str, dict[Any, Any]]:
    stays = list(session.scalars(select(Booking)))
    here = [stay for stay in stays if stay.host == slug and stay.state != BookingState.REFUSED]
    days = [data for *_, data in bookings.availability_states(session, slug, now)]
    guests = set(session.scalars(select(Lot.guest).where(Lot.home == slug)))
    return {
        "trips": {stay.id: (stay.rev, _said(stay)) for stay in stays if stay.home == slug},
        "visits": {stay.id: (stay.rev, _said(stay)) for stay in here},
        "free": {(day["host"], day["on"]): _free(**day) for day in days},
        "wallets": {guest: _lots(ledger.wallet(session, slug, guest)["lots"]) for guest in guests},
    }


def _held(session: Session) -> dict[str, dict[Any, Any]]:
    visits = [row for row in session.scalars(select(Visit)) if row.rev and row.state != BookingState.REFUSED]
    return {
        "trips": {row.booking_id: (row.rev, _said(row)) for row in session.scalars(select(Trip)) if row.rev},
        "visits": {row.booking_id: (row.rev, _said(row)) for row in visits},
        "free": {(day.host, day.on): _free(**vars(day)) for day in session.scalars(select(MirrorAvailability))},
        "wallets": {row.guest: _lots(row.lots) for row in session.scalars(select(WalletMirror))},
    }


def _free(*, open: bool, morning_free: int, afternoon_free: int, **_about: Any) -> tuple[bool, int, int]:
    return open, morning_free, afternoon_free


def _lots(lots: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((str(lot["id"]), lot["credits"], lot["held"], lot["spent"]) for lot in lots)


def _paid(network: Network, node: NodeWorld) -> Iterator[str]:
    """This side's records are the hub's statement."""
    for partner in network.nodes.keys() - {node.slug}:
        said = network.hub.look(partial(ledger.statement, space=node.slug, partner=partner))
        found = node.look(partial(home.compare, statement=said))
        if not found.agrees:
            yield f"{node.slug} and {partner}: {found}"
