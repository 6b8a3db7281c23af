"""What the hub tells about our members' places: answers to commands and news, applied alike; and what hosts tell them."""

from typing import Any

from sqlalchemy.orm import Session

from shared.clock import current_clock
from shared.errors import Refusal
from shared.messaging.feed_reader import News
from shared.protocol.rsvps import BriefEntry, RsvpEntry
from shared.schemas import load
from space_node.db import Outbox
from space_node.rsvps import queries, service
from space_node.uplink import queries as uplink


def on_rsvp(session: Session, news: News) -> None:
    """`rsvp.updated`, at the home: keep the new state of a place."""
    service.keep(session, load(RsvpEntry, news.data), epoch=int(news.epoch), now=current_clock().now())


def on_brief(session: Session, news: News) -> None:
    """`brief.updated`: open what the host tells our people who come."""
    service.take_brief(session, load(BriefEntry, news.data), epoch=int(news.epoch), now=current_clock().now())


def on_session(session: Session, news: News) -> None:
    """`session.updated`, after the calendar has it: our members' places move along."""
    service.follow(session, str(news.data["id"]))


def on_event(session: Session, news: News) -> None:
    """`event.updated`, after the calendar has it: our members' places have its title."""
    for session_id in {row.session_id for row in queries.of_event(session, str(news.data["id"]))}:
        service.follow(session, session_id)


def on_rsvp_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:  # noqa: ARG001
    """Keep what became of a command; the answer is the whole state."""
    if row.kind in ("rsvp-cancel", "rsvp-action"):
        service.settle(session, _id_of(row))
    if body.get("rev") == 0:
        # The hub never had the request, which came to nothing before this.
        return
    service.keep(session, load(RsvpEntry, body), epoch=uplink.epoch(session), now=current_clock().now())


def on_refused(session: Session, row: Outbox, refusal: Refusal) -> None:
    """The hub could not take a command; the member sees that it came to nothing."""
    service.not_taken(session, rsvp_id=_id_of(row), kind=row.kind, reason=refusal.slug, now=current_clock().now())


def _id_of(row: Outbox) -> str:
    return row.subject.partition("/")[2]
