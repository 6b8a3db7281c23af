"""What the manager does about messages that were refused and news that could not be taken in."""

import datetime as dt

from sqlalchemy.orm import Session

from shared.messaging import outbox
from space_node.config import Node
from space_node.db import Outbox


def retry_message(session: Session, row_id: int, *, now: dt.datetime) -> Outbox:
    """Send a parked command again, as it was. Raises NotParked."""
    return outbox.retry(session, Outbox, row_id, now=now)


def discard_message(session: Session, row_id: int) -> Outbox:
    """Give a parked command up. Raises NotParked."""
    return outbox.discard(session, Outbox, row_id)


def retry_news(session: Session, node: Node, item_id: int) -> bool:
    """Take parked news in again; returns whether it is in now. Raises NotParked."""
    return node.reader.retry(session, item_id)


def discard_news(session: Session, node: Node, item_id: int) -> None:
    """Give parked news up. Raises NotParked."""
    node.reader.discard(session, item_id)
