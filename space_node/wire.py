"""The one table from what the hub says to who takes it in: feed types, answers to commands, refusals of commands.

All handlers run in the transaction that marks the message as dealt with, check what they are given by the wire's schemas,
and apply only what is newer by (epoch, rev).
"""

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema
from sqlalchemy.orm import Session

from shared.db import after_commit
from shared.errors import Refusal
from shared.messaging.feed_reader import Handler, News
from shared.protocol.passports import RefReceipt
from shared.protocol.spaces import Receipt
from shared.schemas import load
from space_node.config import present_node
from space_node.db import Outbox
from space_node.desks import handlers as desks
from space_node.passports import handlers as passports
from space_node.trips import handlers as trips
from space_node.uplink import handlers as uplink
from space_node.uplink import queries
from space_node.visits import handlers as visits
from space_node.wallet import handlers as wallet

OnAnswer = Callable[[Session, Outbox, int, dict[str, Any]], object]
OnRefusal = Callable[[Session, Outbox, Refusal], object]


def receipt(schema: type[Schema]) -> OnAnswer:
    """The hub has it: its receipt is looked at, and nobody waits to hear so."""

    def look(_session: Session, _row: Outbox, _status: int, body: dict[str, Any]) -> None:
        load(schema, body)

    return look


def on_booking(session: Session, news: News) -> None:
    """A stay of our member is a trip, one of a guest is a visit."""
    ours = news.data.get("home") == queries.own_slug(session)
    (trips if ours else visits).on_booking(session, news)


FEED: Mapping[str, Handler] = {
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
ANSWERS: Mapping[str, OnAnswer] = {
    "profile": receipt(Receipt),
    "keys": receipt(Receipt),
    "terms-proposal": uplink.on_terms_answer,
    "terms-consent": uplink.on_terms_answer,
    "availability": desks.on_availability_answer,
    "status-list": passports.on_status_list_answer,
    "passport-ref": receipt(RefReceipt),
    "grant": wallet.on_grant_answer,
    "stay-request": trips.on_request_answer,
    "stay-cancel": trips.on_stay_answer,
    "check-in": visits.on_check_in_answer,
    "walk-in": visits.on_walk_in_answer,
    "visit-cancel": visits.on_cancel_answer,
}
REFUSALS: Mapping[str, OnRefusal] = {
    "terms-proposal": uplink.on_terms_refused,
    "terms-consent": uplink.on_terms_refused,
    "availability": desks.on_availability_refused,
    "status-list": passports.on_status_list_refused,
    "grant": wallet.on_grant_refused,
    "stay-request": trips.on_request_refused,
    "stay-cancel": trips.on_cancel_refused,
    "check-in": visits.on_refused,
    "walk-in": visits.on_refused,
    "visit-cancel": visits.on_refused,
}


def apply(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:
    """Hand the answer to a command to who sent it, and look soon for the news that it makes."""
    ANSWERS[row.kind](session, row, status, body)
    after_commit(session, present_node().wake)


def refuse(session: Session, row: Outbox, refusal: Refusal) -> None:
    """Tell who sent a command that it was refused for good."""
    handle = REFUSALS.get(row.kind)
    if handle is not None:
        handle(session, row, refusal)
