"""What the hub tells about guests here: news of bookings, and its answers to what the desk reported, applied alike."""

from typing import Any

from sqlalchemy.orm import Session

from shared.clock import current_clock
from shared.errors import Refusal
from shared.messaging.feed_reader import News
from shared.protocol.bookings import BookingEntry
from shared.schemas import load
from space_node.db import Outbox
from space_node.uplink import queries as uplink
from space_node.visits import service


def on_booking(session: Session, news: News) -> None:
    """`booking.updated`: the whole state of a guest's stay."""
    service.keep(session, load(BookingEntry, news.data), epoch=int(news.epoch), now=current_clock().now())


def on_check_in_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:  # noqa: ARG001
    """The hub has noted that a guest has come."""
    _keep(session, body)


def on_walk_in_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:  # noqa: ARG001
    """The hub has taken a walk-in in, and says who pays."""
    _keep(session, body)


def on_cancel_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:  # noqa: ARG001
    """The hub has cancelled a visit."""
    _keep(session, body)


def on_refused(session: Session, row: Outbox, refusal: Refusal) -> None:
    """The hub did not take what the desk reported; nothing of it is lost, and the desk sees why."""
    service.not_taken(
        session,
        booking_id=row.subject.partition("/")[2],
        kind=row.kind,
        slug=refusal.slug,
        other=refusal.params.get("booking_id"),
        now=current_clock().now(),
    )


def _keep(session: Session, body: dict[str, Any]) -> None:
    service.keep(session, load(BookingEntry, body), epoch=uplink.epoch(session), now=current_clock().now())
