"""What the hub tells about credits."""

from typing import Any

from sqlalchemy.orm import Session

from shared.clock import current_clock
from shared.errors import Refusal
from shared.messaging.feed_reader import News
from shared.protocol.credits import GrantAnswer, WalletEntry
from shared.schemas import load
from space_node.db import Outbox
from space_node.uplink import queries as uplink
from space_node.wallet import service


def on_wallet(session: Session, news: News) -> None:
    """Keep the whole wallet of one member."""
    data = WalletEntry().dump(load(WalletEntry, news.data))
    service.keep_wallet(session, data, at=(int(news.epoch), news.rev), now=current_clock().now())


def on_grant_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:  # noqa: ARG001 - one signature
    """The hub has taken the grant in."""
    data = GrantAnswer().dump(load(GrantAnswer, body))
    service.granted(session, data, epoch=uplink.epoch(session), now=current_clock().now())


def on_grant_refused(session: Session, row: Outbox, refusal: Refusal) -> None:
    """The hub has refused the grant; the manager sees why."""
    service.refused(session, row.path.rpartition("/")[2], refusal.detail)
