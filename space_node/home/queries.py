"""What the first pages show, put together from the slices below; and this side's own statement."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from shared.clock import local_date
from shared.protocol.credits import statement_sha256
from shared.protocol.states import Part
from space_node.home import rules
from space_node.members import queries as members
from space_node.people import queries as people
from space_node.rsvps import queries as rsvps
from space_node.trips import queries as trips
from space_node.uplink import queries as uplink
from space_node.visits import queries as visits
from space_node.wallet import queries as wallet

PLACES_SHOWN = 4


@dataclass(frozen=True)
class Comparison:
    """What came of comparing the hub's statement with this side's records."""

    is_sound: bool
    differences: list[rules.Difference]

    @property
    def agrees(self) -> bool:
        """Whether both say the same."""
        return self.is_sound and not self.differences


def own_stays(session: Session, partner: str) -> list[rules.PaidStay]:
    """What this side's records say was paid between this space and a partner. Raises NotJoined."""
    own = uplink.own_slug(session)
    owed = [
        rules.PaidStay(trip.booking_id, trip.on, Part(trip.part), own, partner, -(trip.charged_credits or 0))
        for trip in trips.paid_at(session, partner)
    ]
    earned = [
        rules.PaidStay(visit.booking_id, visit.on, visit.part, partner, own, visit.charged_credits)
        for visit in visits.earned_from(session, partner)
    ]
    return owed + earned


def compare(session: Session, statement: Mapping[str, Any]) -> Comparison:
    """Compare the hub's statement (`shared.protocol.credits.Statement`, loaded) with this side's own records."""
    told = rules.stays_of(statement["space"], statement["lines"])
    differing = rules.differences(told, own_stays(session, statement["partner"]))
    return Comparison(rules.is_sound(statement, sha256=statement_sha256(statement["lines"])), differing)


def for_member(session: Session, member: members.Member, now: dt.datetime) -> dict[str, Any]:
    """A member's first page: seats that are offered, the next trips and events, and the credits."""
    today = local_date(now, uplink.own_zone(session))
    coming = trips.coming(session, member_id=member.id, now=now)
    balance = wallet.balance(session, member.guest, today)
    return {
        "member": member,
        "coming": coming,
        "spaces": {trip.host: uplink.space(session, trip.host) for trip in coming},
        "balance": balance,
        "issuers": wallet.issuer_names(session, balance.lots),
        "twins": uplink.twin_spaces(session),
        "contact": uplink.hub_contact(session),
        "offers": rsvps.offers(session, member_id=member.id, now=now),
        "places": rsvps.ahead(session, member_id=member.id, now=now, limit=PLACES_SHOWN),
        "names": uplink.space_names(session),
        "asked_count": people.waiting_count(session, member.id),
    }


def for_manager(session: Session, now: dt.datetime) -> dict[str, Any]:
    """A manager's first page: today, partners, members, what needs attention."""
    today = local_date(now, uplink.own_zone(session))
    return {
        "today": today,
        "identity": uplink.identity(session),
        "guests": visits.counts(session, now),
        "away": trips.away_count(session, on=today),
        "members_count": members.count(session),
        "twins": uplink.twin_spaces(session),
        "contact": uplink.hub_contact(session),
        "given_credits": wallet.given_out(session),
    }
