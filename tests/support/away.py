"""A member's trips as tests look at them: what the home holds, and what the hub holds of the same."""

from functools import partial
from typing import Any

from sqlalchemy import select

from federation.bookings.models import Booking
from federation.credits import queries as ledger
from shared.protocol.states import Part
from space_node.db import Outbox
from space_node.home import queries as home
from space_node.trips import queries, service
from space_node.trips.models import Trip
from space_node.uplink import queries as uplink
from space_node.wallet import queries as wallet
from tests.support.guests import HOME, HOST, Guests


def trip(guests: Guests, booking_id: str) -> Trip:
    """The trip as the home holds it."""
    return guests.home.look(lambda session: session.get_one(Trip, booking_id))


def trips(guests: Guests) -> list[Trip]:
    """All trips that the home knows of, in the order in which they were asked for."""
    return guests.home.look(lambda session: list(session.scalars(select(Trip).order_by(Trip.asked_at, Trip.booking_id))))


def became(guests: Guests, booking_id: str) -> tuple[str, str | None]:
    """State and reason at home."""
    found = trip(guests, booking_id)
    return str(found.state), found.reason


def at_hub(guests: Guests, booking_id: str) -> Booking | None:
    """The booking as the hub holds it."""
    return guests.hub.look(lambda session: session.get(Booking, booking_id))


def sent(guests: Guests, *kinds: str) -> list[Outbox]:
    """The commands of these kinds that the home has written, oldest first."""
    return guests.home.look(
        lambda session: list(session.scalars(select(Outbox).where(Outbox.kind.in_(kinds)).order_by(Outbox.id)))
    )


def cancel(guests: Guests, booking_id: str) -> Trip:
    """Cancel as Ada does."""
    return guests.home.command(
        lambda session: service.cancel(session, member_id=guests.ada.id, booking_id=booking_id, now=guests.now)
    )


def offer(guests: Guests, *, part: Part = Part.DAY, **about: Any) -> queries.Offer:
    """What TheCube offers Ada, on the host's today unless told otherwise."""
    values = {"member": guests.ada, "on": guests.today, "part": part, "now": guests.now, **about}
    [found] = guests.home.look(lambda session: queries.offers(session, **values))
    return found


def worth(guests: Guests) -> tuple[int, int]:
    """What Ada can spend today, and what is reserved, as the home knows."""
    found = guests.home.look(lambda session: wallet.balance(session, guests.ada.guest, guests.today))
    return found.available_credits, found.held_credits


def faults(guests: Guests) -> list[str]:
    """What the audit of the hub's ledger finds."""
    return guests.hub.look(ledger.audit_faults)


def both_sides(guests: Guests) -> dict[str, list[str]]:
    """What each side's records and the hub's statement say differently."""
    found = {}
    for node, partner in ((guests.home, HOST), (guests.host, HOME)):
        statement = guests.hub.look(partial(ledger.statement, space=node.slug, partner=partner))
        compared = node.look(partial(home.compare, statement=statement))
        found[node.slug] = [str(one) for one in compared.differences] + ([] if compared.is_sound else ["not sound"])
    return found


def own_state(guests: Guests) -> str:
    """How the home stands in its network, as it knows."""
    own = guests.home.look(uplink.require_identity)
    return str(own.state)
