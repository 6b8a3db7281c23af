"""What the hub brings about people: asks of others, letters about introductions, and its receipts for ours."""

from typing import Any

from sqlalchemy.orm import Session

from shared.clock import current_clock
from shared.errors import Refusal
from shared.messaging.feed_reader import News
from shared.protocol.introductions import AskEntry, LetterEntry
from shared.protocol.people_states import AskState
from shared.protocol.spaces import Receipt
from shared.revs import RevConflict
from shared.schemas import load
from space_node.db import Outbox
from space_node.people import service
from space_node.uplink import queries as uplink

_HEARD = ("home", "topic", "kind", "question", "language", "closes_at")


def on_ask(session: Session, news: News) -> None:
    """`ask.updated`: somebody elsewhere asks, or no longer does. Our own asks have been put to our people already."""
    data, now = load(AskEntry, news.data), current_clock().now()
    if data["home"] == uplink.own_slug(session):
        return
    if data["state"] == AskState.CLOSED:
        service.over(session, data["id"], now)
    elif data["closes_at"] > now:
        heard = service.Heard(ask_id=data["id"], **{name: data[name] for name in _HEARD})
        service.hear(session, heard, now=now)


def on_letter(session: Session, news: News) -> None:
    """`letter.updated`: what the other side of an introduction says."""
    data = load(LetterEntry, news.data)
    letter = service.open_letter(data)
    if letter is not None:
        about = {name: data[name] for name in ("introduction_id", "ask_id", "writer", "home", "rev")}
        service.take(session, letter=letter, now=current_clock().now(), **about)


def on_ask_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:  # noqa: ARG001 - one signature
    """The hub has an ask."""
    rev = load(Receipt, body)["rev"]
    service.ask_told(session, ask_id=row.path.split("/")[-1], rev=rev, now=current_clock().now())


def on_ask_refused(session: Session, row: Outbox, refusal: Refusal) -> None:
    """The hub did not take an ask; where it holds a later one, ours goes above it."""
    if refusal.slug == RevConflict.slug:
        service.ask_told(session, ask_id=row.path.split("/")[-1], rev=_rev_of(refusal), other=True, now=current_clock().now())


def on_letter_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:  # noqa: ARG001 - one signature
    """The hub has a letter."""
    service.letter_told(session, **_letter_of(row), rev=load(Receipt, body)["rev"], now=current_clock().now())


def on_letter_refused(session: Session, row: Outbox, refusal: Refusal) -> None:
    """The hub did not take a letter; where it holds a later one, ours goes above it."""
    if refusal.slug == RevConflict.slug:
        service.letter_told(session, **_letter_of(row), rev=_rev_of(refusal), other=True, now=current_clock().now())
    else:
        service.not_taken(session, **_letter_of(row), now=current_clock().now())


def _rev_of(refusal: Refusal) -> int:
    rev = refusal.params.get("rev")
    return rev if isinstance(rev, int) else 0


def _letter_of(row: Outbox) -> dict[str, Any]:
    introduction_id, which = row.path.split("/")[-2:]
    return {"introduction_id": introduction_id, "which": which}
