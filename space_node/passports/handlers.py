"""What the hub answers about passports' refs and the status list."""

from typing import Any

from sqlalchemy.orm import Session

from shared.clock import current_clock
from shared.errors import Refusal
from space_node.db import Outbox
from space_node.passports import service


def on_ref_answer(session: Session, row: Outbox, body: dict[str, Any]) -> None:
    """The hub knows the ref of a passport; nobody waits to hear so."""


def on_status_list_answer(session: Session, row: Outbox, body: dict[str, Any]) -> None:  # noqa: ARG001 - one signature
    """The hub holds a list of ours."""
    service.confirmed(session, body["rev"])


def on_status_list_refused(session: Session, row: Outbox, refusal: Refusal) -> None:  # noqa: ARG001 - one signature
    """The hub did not take a list."""
    service.not_taken(session, current_clock().now())
