"""What the hub answers about guest desks."""

from typing import Any

from sqlalchemy.orm import Session

from shared.errors import Refusal
from space_node.db import Outbox
from space_node.desks import service


def on_availability_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:
    """The hub has the days; there is nothing to keep."""


def on_availability_refused(session: Session, row: Outbox, refusal: Refusal) -> None:  # noqa: ARG001 - one signature
    """The hub did not take the days: the next publication sends them all anew."""
    service.send_all_anew(session)
