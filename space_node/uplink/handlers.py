"""What the feed brings about spaces, agreements, desks and lists, and what the hub answers to this slice's own commands."""

from typing import Any

from sqlalchemy.orm import Session

from shared.clock import current_clock
from shared.errors import Refusal
from shared.messaging.feed_reader import News
from shared.protocol.bookings import AvailabilityEntry
from shared.protocol.spaces import KeyListNews, ProfileEntry, SpaceEntry, Standing, StatusListNews
from shared.protocol.twinnings import TwinningEntry
from shared.schemas import load
from space_node.config import present_node
from space_node.db import Outbox
from space_node.uplink import queries, service


def on_space(session: Session, news: News) -> None:
    """`space.updated`: the directory's line of a space."""
    service.take_space(session, load(SpaceEntry, news.data), at=place(news), now=current_clock().now())


def on_profile(session: Session, news: News) -> None:
    """`profile.updated`: a twin's whole profile."""
    service.take_profile(session, load(ProfileEntry, news.data), at=place(news), now=current_clock().now())


def on_standing(session: Session, news: News) -> None:
    """`standing.updated`: what this space may do; what was held goes out when that changes, or comes back refused."""
    if service.take_standing(session, load(Standing, news.data), at=place(news)):
        present_node().delivery.release_held(session)


def on_availability(session: Session, news: News) -> None:
    """`availability.updated`: what a twin has free on a day."""
    service.take_availability(session, load(AvailabilityEntry, news.data), at=place(news), now=current_clock().now())


def on_key_list(session: Session, news: News) -> None:
    """`key-list.updated`: a newer key list is there to fetch."""
    service.want_key_list(session, load(KeyListNews, news.data)["seq"])


def on_status_list(session: Session, news: News) -> None:
    """`status-list.updated`: a newer status list of a twin is there to fetch."""
    data = load(StatusListNews, news.data)
    service.want_status_list(session, data["space"], data["rev"])


def on_twinning(session: Session, news: News) -> None:
    """`twinning.updated`: an agreement of this space."""
    data = load(TwinningEntry, news.data)
    service.take_twinning(session, present_node(), data, at=place(news), now=current_clock().now())


def on_terms_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:  # noqa: ARG001 - one signature
    """The answer to a proposal or a consent: the agreement, as the feed will tell it too."""
    data = load(TwinningEntry, body)
    at = (queries.epoch(session), data["rev"])
    service.take_twinning(session, present_node(), data, at=at, now=current_clock().now())


def on_terms_refused(session: Session, row: Outbox, refusal: Refusal) -> None:
    """The hub refused a proposal or a consent."""
    service.terms_refused(session, row.subject.removeprefix("twinning/"), refusal.slug)


def place(news: News) -> tuple[int, int]:
    """Epoch and rev of an item, by which newer is told from older."""
    return int(news.epoch), news.rev
