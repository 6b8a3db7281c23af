"""What the hub tells about credits."""

from typing import Any

from sqlalchemy.orm import Session

from shared.clock import current_clock
from shared.errors import Refusal
from shared.messaging.feed_reader import News
from shared.protocol.credits import GrantAnswer, WalletEntry
from shared.revs import is_newer
from shared.schemas import load
from space_node.db import Outbox
from space_node.wallet.models import Grant, GrantState, WalletMirror


def on_wallet(session: Session, news: News) -> None:
    """Keep the whole wallet of one member."""
    data = load(WalletEntry, news.data)
    _keep(session, guest=data["guest"], epoch=int(news.epoch), rev=news.rev, lots=WalletEntry().dump(data)["lots"])


def on_grant_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:  # noqa: ARG001 - one signature
    """The hub has taken the grant in."""
    data = load(GrantAnswer, body)
    asked = session.get(Grant, data["grant_id"])
    if asked is not None:
        asked.state, asked.reason = GrantState.GRANTED, None


def on_grant_refused(session: Session, row: Outbox, refusal: Refusal) -> None:
    """The hub has refused the grant; the manager sees why."""
    asked = session.get(Grant, row.path.rpartition("/")[2])
    if asked is not None:
        asked.state, asked.reason = GrantState.REFUSED, refusal.detail[:200]


def _keep(session: Session, *, guest: str, epoch: int, rev: int, lots: list[dict[str, Any]]) -> None:
    held = session.get(WalletMirror, guest)
    if held is not None and not is_newer(held=(held.epoch, held.rev), arrived=(epoch, rev)):
        return
    if held is None:
        held = WalletMirror(guest=guest)
        session.add(held)
    held.epoch, held.rev, held.lots, held.as_of = epoch, rev, lots, current_clock().now()
    session.flush()

