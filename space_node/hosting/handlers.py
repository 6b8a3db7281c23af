"""What the hub tells about those who come here: news, and its answers to what desk and host reported, applied alike."""

from typing import Any

from sqlalchemy.orm import Session

from shared.clock import current_clock
from shared.errors import Refusal
from shared.messaging.feed_reader import News
from shared.messaging.outbox import OutboxState
from shared.protocol.rsvps import BriefEntry, RsvpEntry
from shared.protocol.spaces import Receipt
from shared.revs import RevConflict
from shared.schemas import load
from space_node.db import Outbox
from space_node.hosting import queries, service
from space_node.uplink import queries as uplink


def on_rsvp(session: Session, news: News) -> None:
    """`rsvp.updated` of somebody who wants to come here."""
    service.keep(session, load(RsvpEntry, news.data), epoch=int(news.epoch), now=current_clock().now())


def on_brief(session: Session, news: News) -> None:
    """`brief.updated` of a session of an event that we hold together with its host: its recap is ours to read."""
    service.take_recap(session, load(BriefEntry, news.data), epoch=int(news.epoch), now=current_clock().now())


def on_rsvp_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:  # noqa: ARG001 - one signature
    """The hub has noted an arrival, a decision or a cancellation."""
    guest = queries.guest(session, _id_of(row))
    if guest is not None and guest.report_id == row.message_id:
        guest.report_id = None
    _keep(session, body)


def on_refused(session: Session, row: Outbox, refusal: Refusal) -> None:
    """The hub did not take what was reported; nothing of it is lost, and the desk sees why."""
    service.not_taken(session, rsvp_id=_id_of(row), message_id=row.message_id, slug=refusal.slug)


def on_brief_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:  # noqa: ARG001 - one signature
    """The hub has a brief."""
    session_id, home = _brief_of(row)
    service.brief_answered(session, session_id=session_id, home=home, rev=load(Receipt, body)["rev"])


def on_brief_refused(session: Session, row: Outbox, refusal: Refusal) -> None:
    """The hub did not take a brief; where it holds a later one, the next goes above it, and nobody has to look at this one."""
    if refusal.slug == RevConflict.slug:
        session_id, home = _brief_of(row)
        service.brief_refused(session, session_id=session_id, home=home, rev=refusal.params.get("rev"))
        row.state = OutboxState.DISCARDED


def _keep(session: Session, body: dict[str, Any]) -> queries.GuestRsvp | None:
    return service.keep(session, load(RsvpEntry, body), epoch=uplink.epoch(session), now=current_clock().now())


def _id_of(row: Outbox) -> str:
    return row.subject.partition("/")[2]


def _brief_of(row: Outbox) -> tuple[str, str]:
    _, session_id, home = row.subject.split("/")
    return session_id, home
