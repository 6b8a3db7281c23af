"""What the hub tells about formats: the network's versions and their replays, and its answer to ours."""

from typing import Any

from sqlalchemy.orm import Session

from shared.clock import current_clock
from shared.errors import Refusal
from shared.messaging.feed_reader import News
from shared.protocol.formats import FormatEntry
from shared.schemas import load
from space_node.db import Outbox
from space_node.formats import service
from space_node.uplink import queries as uplink


def on_format(session: Session, news: News) -> None:
    """`format.updated`: a version, and where it was replayed."""
    service.keep(session, load(FormatEntry, news.data), epoch=int(news.epoch), now=current_clock().now())


def on_format_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:  # noqa: ARG001 - one signature
    """The hub has published a version of ours."""
    service.keep(session, load(FormatEntry, body), epoch=uplink.epoch(session), now=current_clock().now())


def on_format_refused(session: Session, row: Outbox, refusal: Refusal) -> None:
    """The hub did not publish a version of ours."""
    *_, format_id, _versions, version = row.path.split("/")
    service.not_taken(session, format_id=format_id, version=int(version), slug=refusal.slug)
