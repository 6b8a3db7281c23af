"""What the hub tells about memberships elsewhere: news and answers, applied alike."""

from typing import Any

from sqlalchemy.orm import Session

from shared.errors import Refusal
from shared.messaging.feed_reader import News
from shared.protocol.memberships import MembershipEntry
from shared.schemas import load
from space_node.db import Outbox
from space_node.memberships import service
from space_node.uplink import queries as uplink


def on_membership(session: Session, news: News) -> None:
    """`membership.updated`: a member of ours is a member elsewhere, or no more."""
    service.take(session, load(MembershipEntry, news.data), at=(int(news.epoch), news.rev))


def on_end_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:  # noqa: ARG001 - one signature
    """The hub has undone a link."""
    data = load(MembershipEntry, body)
    service.take(session, data, at=(uplink.epoch(session), data["rev"]))


def on_end_refused(session: Session, row: Outbox, refusal: Refusal) -> None:  # noqa: ARG001 - one signature
    """The hub has not undone a link."""
    service.not_undone(session, row.subject.partition("/")[2])
