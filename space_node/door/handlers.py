"""What the hub answers about those who were received at the door."""

from typing import Any

from sqlalchemy.orm import Session

from shared.clock import current_clock
from shared.protocol.rsvps import RsvpEntry
from shared.schemas import load
from space_node.db import Outbox
from space_node.door import service
from space_node.hosting import queries as hosting
from space_node.hosting import service as host
from space_node.uplink import queries as uplink


def on_door_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:  # noqa: ARG001 - one signature
    """The hub says whether it has a seat for somebody at the door."""
    guest, now = hosting.guest(session, row.subject.partition("/")[2]), current_clock().now()
    mine = guest is not None and guest.report_id == row.message_id
    arrived_at = guest.arrived_at if guest is not None else None
    if guest is not None and mine:
        guest.report_id = None
    kept = host.keep(session, load(RsvpEntry, body), epoch=uplink.epoch(session), now=now)
    if kept is not None and mine:
        service.door_answer(session, row, kept, arrived_at=arrived_at, now=now)
