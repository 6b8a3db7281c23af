"""What the hub tells about erasures: news and answers, applied alike."""

from typing import Any

from sqlalchemy.orm import Session

from shared.clock import current_clock
from shared.errors import Refusal
from shared.messaging.feed_reader import News
from shared.protocol.erasures import ErasureEntry
from shared.schemas import load
from space_node.db import Outbox
from space_node.erasures import service
from space_node.uplink import queries as uplink


def on_erasure(session: Session, news: News) -> None:
    """`erasure.updated`: how far one of ours is, or what is to be forgotten here."""
    service.take(session, load(ErasureEntry, news.data), epoch=int(news.epoch), now=current_clock().now())


def on_erasure_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:  # noqa: ARG001 - one signature
    """The hub has begun."""
    service.take(session, load(ErasureEntry, body), epoch=uplink.epoch(session), now=current_clock().now())


def on_erasure_refused(session: Session, row: Outbox, refusal: Refusal) -> None:
    """The hub did not take the request."""
    service.not_taken(session, erasure_id=row.subject.partition("/")[2], slug=refusal.slug)
