"""What the hub tells of places and sessions, after it was taken in: members are told what is new to them, and guests watched."""

from sqlalchemy.orm import Session

from shared.clock import current_clock
from shared.messaging.feed_reader import News
from space_node.db import Outbox
from space_node.letters import service


def on_rsvp(session: Session, news: News) -> None:
    """`rsvp.updated`, at the home."""
    service.tell_of_place(session, str(news.data["id"]), now=current_clock().now())


def on_guest(session: Session, news: News) -> None:
    """`rsvp.updated`, at the host."""
    service.look_at_guest(session, str(news.data["id"]), now=current_clock().now())


def on_session(session: Session, news: News) -> None:
    """`session.updated`: it may take place at another time, or elsewhere."""
    session_id, now = str(news.data["id"]), current_clock().now()
    service.tell_of_session(session, session_id, now=now)
    service.look_at_guests(session, session_id, now=now)


def on_brief(session: Session, news: News) -> None:
    """`brief.updated`: there may be another link to join by."""
    service.tell_of_session(session, str(news.data["session_id"]), now=current_clock().now())


def on_settled(session: Session, row: Outbox) -> None:
    """A command about a place was answered, or refused for good."""
    service.tell_of_place(session, row.subject.partition("/")[2], now=current_clock().now())
