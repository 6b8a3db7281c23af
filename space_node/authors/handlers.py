"""What the hub brings about who is named with formats, and its receipts for ours."""

from typing import Any

from sqlalchemy.orm import Session

from shared.clock import current_clock
from shared.errors import Refusal
from shared.messaging.feed_reader import News
from shared.protocol.formats import NamedAuthorEntry
from shared.protocol.spaces import Receipt
from shared.revs import RevConflict
from shared.schemas import load
from space_node.authors import service
from space_node.db import Outbox


def on_author(session: Session, news: News) -> None:
    """`named-author.updated`: who is named with a format, or that nobody is any more."""
    service.keep(session, load(NamedAuthorEntry, news.data), now=current_clock().now())


def on_author_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:  # noqa: ARG001 - one signature
    """The hub has it."""
    service.told(session, row, rev=load(Receipt, body)["rev"], now=current_clock().now())


def on_author_refused(session: Session, row: Outbox, refusal: Refusal) -> None:
    """The hub has not taken it."""
    rev = refusal.params.get("rev") if refusal.slug == RevConflict.slug else 0
    service.not_taken(session, row, slug=refusal.slug, rev=rev if isinstance(rev, int) else 0, now=current_clock().now())
