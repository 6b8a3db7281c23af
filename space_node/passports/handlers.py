"""What the hub answers about the status list."""

from typing import Any

from sqlalchemy.orm import Session

from shared.clock import current_clock
from shared.errors import Refusal
from shared.protocol.spaces import Receipt
from shared.schemas import load
from space_node.db import Outbox
from space_node.passports import service


def on_status_list_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:  # noqa: ARG001
    """The hub holds a list of ours."""
    service.confirmed(session, load(Receipt, body)["rev"])


def on_status_list_refused(session: Session, row: Outbox, refusal: Refusal) -> None:  # noqa: ARG001 - one signature
    """The hub did not take a list."""
    service.not_taken(session, current_clock().now())
