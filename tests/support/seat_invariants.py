"""What must hold of seats in sessions: at any moment, and once everything has been heard and answered."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.rsvps import queries as seats
from federation.rsvps.models import Rsvp as AtHub
from federation.rsvps.rules import SEATED
from shared.protocol.states import RsvpState
from space_node.hosting.models import GuestRsvp
from space_node.rsvps.models import Rsvp
from tests.support.invariants import unsettled
from tests.support.node import Network, NodeWorld


def always(network: Network) -> list[str]:
    """What does not hold now: counters that are not what they count, and homes that know more than the hub has said."""
    return counted(network) + ahead(network)


def counted(network: Network) -> list[str]:
    """Counters of seats that are not what they count."""
    return network.hub.look(lambda session: [str(wrong) for wrong in seats.miscounted(session)])


def ahead(network: Network) -> list[str]:
    """What homes know of seats that the hub has never said; a hub that was restored has forgotten what it said."""
    held = network.hub.look(_kept)
    return [fault for node in network.nodes.values() for fault in _ahead(node, held)]


def at_rest(network: Network) -> list[str]:
    """What the nodes hold otherwise than the hub, or still wait for, though everything was heard and answered."""
    held = network.hub.look(_kept)
    return [fault for node in network.nodes.values() for look in (_views(node, held), unsettled(node)) for fault in look]


def _views(node: NodeWorld, held: dict[str, AtHub]) -> Iterator[str]:
    own = {row.id: (row.rev, row.state) for row in _rows(node, Rsvp)}
    ours = {rsvp_id: (row.rev, row.state) for rsvp_id, row in held.items() if row.home == node.slug}
    if own != ours:
        yield f"{node.slug}: {own} here, {ours} at the hub"
    guests = {row.id: row.state for row in _rows(node, GuestRsvp) if row.state in SEATED}
    expected = {rsvp_id: row.state for rsvp_id, row in held.items() if row.host == node.slug and row.state in SEATED}
    if guests != expected:
        yield f"{node.slug}: {guests} are expected here, {expected} at the hub"


def _ahead(node: NodeWorld, held: dict[str, AtHub]) -> Iterator[str]:
    """A home says "asked" until the hub has answered, then what it was told, and of the same rev the same."""
    for row in _rows(node, Rsvp):
        known = held.get(row.id)
        if row.rev == 0 and row.state != RsvpState.ASKED:
            yield f"{row.id}: {row.state} without an answer"
        elif row.rev and (known is None or row.rev > known.rev):
            yield f"{row.id}: rev {row.rev} was never told"
        elif known is not None and row.rev == known.rev and row.state != known.state:
            yield f"{row.id}: {row.state} here, {known.state} at the hub"


def _rows(node: NodeWorld, table: Any) -> list[Any]:
    return node.look(lambda session: list(session.scalars(select(table))))


def _kept(session: Session) -> dict[str, AtHub]:
    return {row.id: row for row in session.scalars(select(AtHub))}
