"""What the hub answers about what this space organises, and what it makes of our sessions."""

from typing import Any

from sqlalchemy.orm import Session

from shared.clock import current_clock
from shared.errors import Refusal
from shared.loader import strict_loads
from shared.messaging.feed_reader import News
from shared.protocol.events import EventEntry, SessionEntry
from shared.protocol.version import BASE_PATH
from shared.schemas import load
from space_node.db import Outbox
from space_node.events import service


def on_event(session: Session, news: News) -> None:
    """`event.updated`, once the calendar has it: this space may be asked to hold it too."""
    service.note_invitation(session, load(EventEntry, news.data)["id"], now=current_clock().now())


def on_session(session: Session, news: News) -> None:
    """`session.updated`, once the calendar has it: the hub may have moved or cancelled a session of ours."""
    service.follow_hub(session, load(SessionEntry, news.data)["id"])


def on_event_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:  # noqa: ARG001
    """The hub has our event."""
    service.event_answered(session, load(EventEntry, body), sent_rev=_rev(row), now=current_clock().now())


def on_cohost_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:  # noqa: ARG001
    """The hub has an invitation, or the answer to one."""
    service.cohost_answered(session, load(EventEntry, body), space=_steps(row)[2], now=current_clock().now())


def on_session_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:  # noqa: ARG001
    """The hub has a session of ours."""
    service.session_answered(session, load(SessionEntry, body), sent_rev=_rev(row), now=current_clock().now())


def on_event_refused(session: Session, row: Outbox, refusal: Refusal) -> None:
    """The hub did not take the event; the manager sees why."""
    service.event_refused(session, _steps(row)[0], rev=_rev(row), slug=refusal.slug, detail=refusal.detail)


def on_cohost_refused(session: Session, row: Outbox, refusal: Refusal) -> None:
    """The hub did not take an invitation or an answer; what held before still holds."""
    event_id, _, space, *_ = _steps(row)
    service.cohost_refused(session, event_id, space, slug=refusal.slug, detail=refusal.detail)


def on_session_refused(session: Session, row: Outbox, refusal: Refusal) -> None:
    """The hub did not take a session; the manager sees why."""
    service.session_refused(session, _steps(row)[2], rev=_rev(row), slug=refusal.slug, detail=refusal.detail)


def _steps(row: Outbox) -> list[str]:
    """The hub's path of a command, from the event's id on."""
    return row.path.removeprefix(f"{BASE_PATH}/events/").split("/")


def _rev(row: Outbox) -> int:
    return int(strict_loads(row.body.encode())["rev"])
