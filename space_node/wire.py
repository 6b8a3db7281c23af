"""The one table from what the hub says to who takes it in: feed types, answers to commands, refusals of commands.

A handler of news gets an item with `type, subject, rev, epoch, time, data`, the data checked by the type's schema. One of an
answer gets the outbox row and the checked body, one of a refusal the row and the refusal. All run in the transaction that
marks the message as dealt with, and apply only what is newer by (epoch, rev).
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

import marshmallow as ma
from sqlalchemy.orm import Session

from shared.db import after_commit
from shared.errors import Refusal
from shared.messaging.news import News
from shared.protocol import bookings, credits, passports, spaces, twinnings
from shared.protocol.registry import FEED_TYPES
from shared.schemas import load
from space_node.config import present_node
from space_node.db import Outbox
from space_node.desks import handlers as desks
from space_node.passports import handlers as passports_
from space_node.trips import handlers as trips
from space_node.uplink import handlers as uplink
from space_node.uplink import queries
from space_node.visits import handlers as visits
from space_node.wallet import handlers as wallet

Item = dict[str, Any]
OnNews = Callable[[Session, Item], object]
OnAnswer = Callable[[Session, Outbox, dict[str, Any]], object]
OnRefusal = Callable[[Session, Outbox, Refusal], object]


def nothing(_session: Session, _row: Outbox, _body: dict[str, Any]) -> None:
    """The hub has it, and nobody waits to hear so."""


def on_booking(session: Session, item: Item) -> None:
    """A stay of our member is a trip, one of a guest is a visit."""
    ours = item["data"]["home"] == queries.own_slug(session)
    (trips if ours else visits).on_booking(session, item)


FEED: Mapping[str, OnNews] = {
    "space.updated": uplink.on_space,
    "profile.updated": uplink.on_profile,
    "standing.updated": uplink.on_standing,
    "key-list.updated": uplink.on_key_list,
    "status-list.updated": uplink.on_status_list,
    "twinning.updated": uplink.on_twinning,
    "availability.updated": uplink.on_availability,
    "booking.updated": on_booking,
    "wallet.updated": wallet.on_wallet,
}
ANSWERS: Mapping[str, tuple[type[ma.Schema], OnAnswer]] = {
    "profile": (spaces.Receipt, nothing),
    "keys": (spaces.Receipt, nothing),
    "terms-proposal": (twinnings.TwinningEntry, uplink.on_terms_answer),
    "terms-consent": (twinnings.TwinningEntry, uplink.on_terms_answer),
    "availability": (spaces.Receipt, nothing),
    "status-list": (spaces.Receipt, nothing),
    "passport-ref": (passports.RefReceipt, nothing),
    "grant": (credits.GrantAnswer, wallet.on_grant_answer),
    "stay-request": (bookings.RequestAnswer, trips.on_request_answer),
    "stay-cancel": (bookings.BookingEntry, trips.on_cancel_answer),
    "check-in": (bookings.BookingEntry, visits.on_check_in_answer),
    "walk-in": (bookings.BookingEntry, visits.on_walk_in_answer),
    "visit-cancel": (bookings.BookingEntry, visits.on_cancel_answer),
}
REFUSALS: Mapping[str, OnRefusal] = {
    "terms-proposal": uplink.on_terms_refused,
    "terms-consent": uplink.on_terms_refused,
    "grant": wallet.on_refused,
    "stay-request": trips.on_refused,
    "stay-cancel": trips.on_refused,
    "check-in": visits.on_refused,
    "walk-in": visits.on_refused,
    "visit-cancel": visits.on_refused,
}


def handlers() -> dict[str, Callable[[Session, News], object]]:
    """The table as the feed reader wants it."""
    return {name: partial(_take, FEED_TYPES[name], handle) for name, handle in FEED.items()}


def apply(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:  # noqa: ARG001 - Delivery's signature
    """Hand the answer to a command to who sent it, and look for the news that it makes."""
    schema, handle = ANSWERS[row.kind]
    handle(session, row, load(schema, body))
    after_commit(session, present_node().wake)


def refuse(session: Session, row: Outbox, refusal: Refusal) -> None:
    """Tell who sent a command that it was refused for good."""
    handle = REFUSALS.get(row.kind)
    if handle is not None:
        handle(session, row, refusal)


def _take(schema: type[ma.Schema], handle: OnNews, session: Session, news: News) -> None:
    handle(session, {**asdict(news), "data": load(schema, news.data)})
