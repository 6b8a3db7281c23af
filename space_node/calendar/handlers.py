"""What the feed brings about events: the event itself, that it is gone, its sessions and their seats."""

from sqlalchemy.orm import Session

from shared.clock import current_clock
from shared.messaging.feed_reader import News
from shared.protocol.events import EventEntry, EventGone, SeatsEntry, SessionEntry
from shared.schemas import load
from space_node.calendar import service


def on_event(session: Session, news: News) -> None:
    """`event.updated`: what the lead says, and who takes part."""
    service.take_event(session, load(EventEntry, news.data), at=_place(news), now=current_clock().now())


def on_event_gone(session: Session, news: News) -> None:
    """`event.removed`: this space may not see the event any more."""
    service.remove_event(session, load(EventGone, news.data)["id"], at=_place(news), now=current_clock().now())


def on_session(session: Session, news: News) -> None:
    """`session.updated`: one space's edition."""
    service.take_session(session, load(SessionEntry, news.data), at=_place(news), now=current_clock().now())


def on_seats(session: Session, news: News) -> None:
    """`seats.updated`: the seats as the hub counts them."""
    service.take_seats(session, load(SeatsEntry, news.data), at=_place(news), now=current_clock().now())


def _place(news: News) -> tuple[int, int]:
    return int(news.epoch), news.rev
