"""What the first pages show, put together from the slices below; and this side's own statement."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from shared.clock import local_date
from space_node.members import queries as members
from space_node.trips import queries as trips
from space_node.uplink import queries as uplink
from space_node.visits import queries as visits
from space_node.wallet import queries as wallet


@dataclass(frozen=True)
class Difference:
    """A stay on which the hub's statement and this side's records do not agree. Amounts are 1/100 credit."""

    booking_id: str
    hub_credits: int
    own_credits: int


def own_lines(session: Session, partner: str) -> dict[str, int]:
    """By booking, what this side's records say of a partner: earned above zero, owed below."""
    owed = {trip.booking_id: -(trip.charged_credits or 0) for trip in trips.paid_at(session, partner)}
    earned = {visit.booking_id: visit.charged_credits or 0 for visit in visits.earned_from(session, partner)}
    return owed | earned


def differences(session: Session, statement: dict[str, Any]) -> list[Difference]:
    """Where the hub's statement and this side's records differ; none when they agree."""
    own, space = own_lines(session, statement["partner"]), statement["space"]
    hub: dict[str, int] = {}
    for line in statement["lines"]:
        signed = line["credits"] if line["host"] == space else -line["credits"]
        hub[line["booking_id"]] = hub.get(line["booking_id"], 0) + signed
    ids = sorted(hub.keys() | own.keys())
    return [Difference(i, hub.get(i, 0), own.get(i, 0)) for i in ids if hub.get(i, 0) != own.get(i, 0)]


def for_member(session: Session, member: members.Member, now: dt.datetime) -> dict[str, Any]:
    """A member's first page: the next trips and the credits."""
    today = local_date(now, uplink.own_zone(session))
    coming = trips.coming(session, member_id=member.id, now=now)
    return {
        "member": member,
        "coming": coming,
        "spaces": {trip.host: uplink.space(session, trip.host) for trip in coming},
        "balance": wallet.balance(session, member.guest, today),
        "twins": uplink.twin_spaces(session),
        "contact": uplink.hub_contact(session),
    }


def for_manager(session: Session, now: dt.datetime) -> dict[str, Any]:
    """A manager's first page: today, partners, members, what needs attention."""
    today = local_date(now, uplink.own_zone(session))
    return {
        "today": today,
        "identity": uplink.identity(session),
        "arrivals": visits.arrivals_today(session, now),
        "away": trips.away_count(session, on=today),
        "members_count": members.count(session),
        "twins": uplink.twin_spaces(session),
        "contact": uplink.hub_contact(session),
        "given_credits": wallet.given_out(session),
    }
