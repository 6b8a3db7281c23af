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
from shared.protocol.erasures import ErasureEntry
from shared.protocol.passports import RefReceipt
from shared.protocol.spaces import Receipt
from shared.schemas import load
from space_node.authors import handlers as authors
from space_node.calendar import handlers as calendar
from space_node.config import present_node
from space_node.db import Outbox
from space_node.desks import handlers as desks
from space_node.door import handlers as door
from space_node.erasures import handlers as erasures
from space_node.events import handlers as events
from space_node.formats import handlers as formats
from space_node.hosting import handlers as hosting
from space_node.letters import handlers as letters
from space_node.memberships import handlers as memberships
from space_node.passports import handlers as passports
from space_node.people import handlers as people
from space_node.rsvps import handlers as rsvps
from space_node.trips import handlers as trips
from space_node.uplink import handlers as uplink
from space_node.uplink import queries
from space_node.visits import handlers as visits
from space_node.wallet import handlers as wallet

OnAnswer = Callable[[Session, Outbox, int, dict[str, Any]], object]
OnRefusal = Callable[[Session, Outbox, Refusal], object]
PLACE_COMMANDS = ("rsvp", "rsvp-card", "rsvp-cancel", "rsvp-action", "feedback")


def receipt(schema: type[Schema]) -> OnAnswer:
    """The hub has it: its receipt is looked at, and nobody waits to hear so."""

    def look(_session: Session, _row: Outbox, _status: int, body: dict[str, Any]) -> None:
        load(schema, body)

    return look


def on_booking(session: Session, news: News) -> None:
    """A stay of our member is a trip, one of a guest is a visit."""
    ours = news.data.get("home") == queries.own_slug(session)
    (trips if ours else visits).on_booking(session, news)


def on_rsvp(session: Session, news: News) -> None:
    """A place of our member, or of somebody at a session of ours, or both."""
    own = queries.own_slug(session)
    if news.data.get("home") == own:
        rsvps.on_rsvp(session, news)
        letters.on_rsvp(session, news)
    if news.data.get("host") == own:
        hosting.on_rsvp(session, news)
        letters.on_guest(session, news)


def on_brief(session: Session, news: News) -> None:
    """What a host tells our people who come; its recap is also for the space that holds the event with it."""
    rsvps.on_brief(session, news)
    letters.on_brief(session, news)
    hosting.on_brief(session, news)


def on_event(session: Session, news: News) -> None:
    """An event of the calendar, maybe with an invitation; our members' places there carry its title."""
    calendar.on_event(session, news)
    events.on_event(session, news)
    rsvps.on_event(session, news)


def on_session(session: Session, news: News) -> None:
    """A session of the calendar, maybe one of our own; our members' places move along with it, and they are told."""
    calendar.on_session(session, news)
    events.on_session(session, news)
    rsvps.on_session(session, news)
    letters.on_session(session, news)


def on_place_answer(session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:
    """The hub has answered about a place of a member's, who is told by mail too."""
    rsvps.on_rsvp_answer(session, row, status, body)
    letters.on_settled(session, row)


def on_place_refused(session: Session, row: Outbox, refusal: Refusal) -> None:
    """The hub has not taken a command about a place; the member is told where it has come to nothing."""
    rsvps.on_refused(session, row, refusal)
    letters.on_settled(session, row)


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
    "event.updated": on_event,
    "event.removed": calendar.on_event_gone,
    "session.updated": on_session,
    "seats.updated": calendar.on_seats,
    "rsvp.updated": on_rsvp,
    "brief.updated": on_brief,
    "format.updated": formats.on_format,
    "named-author.updated": authors.on_author,
    "ask.updated": people.on_ask,
    "letter.updated": people.on_letter,
    "erasure.updated": erasures.on_erasure,
    "membership.updated": memberships.on_membership,
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
    **dict.fromkeys(PLACE_COMMANDS, on_place_answer),
    "check-in": visits.on_check_in_answer,
    "walk-in": visits.on_walk_in_answer,
    "visit-cancel": visits.on_cancel_answer,
    "rsvp-door": door.on_door_answer,
    **dict.fromkeys(("attendance", "rsvp-approval", "guest-cancel"), hosting.on_rsvp_answer),
    "brief": hosting.on_brief_answer,
    "format": formats.on_format_answer,
    "named-author": authors.on_author_answer,
    "event": events.on_event_answer,
    "cohost": events.on_cohost_answer,
    "cohost-answer": events.on_cohost_answer,
    "session": events.on_session_answer,
    "ask": people.on_ask_answer,
    "introduction": people.on_letter_answer,
    "erasure": erasures.on_erasure_answer,
    "erasure-receipt": receipt(ErasureEntry),
    "membership-end": memberships.on_end_answer,
}
REFUSALS: Mapping[str, OnRefusal] = {
    "terms-proposal": uplink.on_terms_refused,
    "terms-consent": uplink.on_terms_refused,
    "availability": desks.on_availability_refused,
    "status-list": passports.on_status_list_refused,
    "grant": wallet.on_grant_refused,
    "stay-request": trips.on_request_refused,
    "stay-cancel": trips.on_cancel_refused,
    **dict.fromkeys(PLACE_COMMANDS, on_place_refused),
    "check-in": visits.on_refused,
    "walk-in": visits.on_refused,
    "visit-cancel": visits.on_refused,
    **dict.fromkeys(("rsvp-door", "attendance", "rsvp-approval", "guest-cancel"), hosting.on_refused),
    "brief": hosting.on_brief_refused,
    "format": formats.on_format_refused,
    "named-author": authors.on_author_refused,
    "event": events.on_event_refused,
    "cohost": events.on_cohost_refused,
    "cohost-answer": events.on_cohost_refused,
    "session": events.on_session_refused,
    "ask": people.on_ask_refused,
    "introduction": people.on_letter_refused,
    "erasure": erasures.on_erasure_refused,
    "membership-end": memberships.on_end_refused,
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
