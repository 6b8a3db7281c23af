"""What the hub tells about trips: answers to commands and news, applied alike."""

from typing import Any

from sqlalchemy.orm import Session

from shared.clock import current_clock
from shared.errors import Refusal
from shared.messaging.feed_reader import News
from shared.protocol.bookings import BookingEntry, RequestAnswer
from shared.schemas import load
from space_node.db import Outbox
from space_node.trips import service
from space_node.uplink import queries as uplink


def on_booking(session: Session, news: News) -> None:
    """Keep the new state of a trip."""
    service.keep(session, load(BookingEntry, news.data), epoch=int(news.epoch), now=current_clock().now())


def on_request_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:  # noqa: ARG001
    """Keep what became of a request; after a change of price, what it would be now."""
    answer, epoch = load(RequestAnswer, body), uplink.epoch(session)
    price_now = answer["price_now_credits"]
    for data in answer["bookings"]:
        trip = service.keep(session, data, epoch=epoch, now=current_clock().now(), price_now_credits=price_now)
        trip.price_now_credits = price_now


def on_stay_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:  # noqa: ARG001
    """Keep what became of a cancellation."""
    service.keep(session, load(BookingEntry, body), epoch=uplink.epoch(session), now=current_clock().now())


def on_request_refused(session: Session, row: Outbox, refusal: Refusal) -> None:
    """The hub could not take the request; the member sees that it came to nothing."""
    service.refuse(session, booking_id=row.subject.partition("/")[2], reason=refusal.slug, now=current_clock().now())


def on_cancel_refused(session: Session, row: Outbox, refusal: Refusal) -> None:  # noqa: ARG001
    """The hub could not take the cancellation; the trip stands."""
    service.forget_cancel(session, booking_id=row.subject.partition("/")[2])
