"""Checking a passport at our own door, with nothing but what this node holds: it works with the hub and the home away."""

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from shared.clock import local_date
from shared.errors import Malformed
from shared.ids import parse_id
from shared.keys import passport as passports
from shared.keys.errors import PassportInvalid, StatusListInvalid
from shared.keys.passport import Passport
from shared.keys.status_list import Status
from shared.protocol.states import DoorReason, Verdict
from space_node.passports import queries, rules
from space_node.passports.rules import DoorFacts
from space_node.passports.service.issue import LIST_NUMBER
from space_node.uplink import queries as uplink


@dataclass(frozen=True)
class Reading:
    """A passport as far as it holds, and the facts about it; `booking_id` is there on a pass for one visit here."""

    facts: DoorFacts
    passport: Passport | None = None
    booking_id: str | None = None


@dataclass(frozen=True)
class DoorCheck:
    """What the desk sees. `check_identity` is set where the passport is good, but could be somebody else's."""

    verdict: Verdict
    reason: DoorReason
    passport: Passport | None = None
    home: str | None = None
    name: str = ""
    tier: int = 0
    booking_id: str | None = None
    ref: str | None = None
    proof_sha256: str | None = None
    check_identity: bool = False


def check(session: Session, text: str, now: dt.datetime) -> DoorCheck:
    """What the door says of a passport whose holder nobody expects."""
    return judge(read(session, text, now), expected=False)


def judge(reading: Reading, *, expected: bool) -> DoorCheck:
    """The verdict; `expected` for the guest of a booking that this space knows of, for today."""
    verdict, reason = rules.decide(replace(reading.facts, expected=expected))
    found = reading.passport
    if found is None:
        return DoorCheck(verdict, reason)
    claims = found.claims
    return DoorCheck(
        verdict,
        reason,
        passport=found,
        home=claims.issuer,
        name=claims.display_name,
        tier=claims.tier,
        booking_id=reading.booking_id,
        ref=found.ref,
        proof_sha256=found.proof,
        # What is printed or photographed proves who was meant, not who shows it.
        check_identity=verdict is not Verdict.RED and reason is not DoorReason.OWN_MEMBER,
    )


def read(session: Session, text: str, now: dt.datetime) -> Reading:
    """Take a passport in, whatever somebody has pasted, and gather the facts. Raises NotJoined."""
    own, key_list_age = uplink.own_slug(session), uplink.key_list_age(session, now)

    def find_key(kid_prefix: bytes) -> list[passports.IssuerKey]:
        return uplink.find_passport_keys(session, kid_prefix, now)

    try:
        found = passports.read(text, find_key, now, audience=own)
    except PassportInvalid as refusal:
        return Reading(DoorFacts(fault=refusal.reason, key_list_age=key_list_age))
    facts = DoorFacts(life=found.claims.expires_at - found.claims.issued_at, key_list_age=key_list_age)
    if found.claims.issuer == own:
        return Reading(replace(facts, own_member=True, status=_own_status(session, found)), found)
    return Reading(_about_guest(session, found, facts, now), found, _booking_of(found))


def _about_guest(session: Session, found: Passport, facts: DoorFacts, now: dt.datetime) -> DoorFacts:
    home, today = found.claims.issuer, local_date(now, uplink.own_zone(session))
    twin, listed = uplink.twin_space(session, home), uplink.status_list(session, home, now)
    status: int | None = Status.VALID
    if listed is not None:
        status = None
        with suppress(StatusListInvalid):
            status = listed[0].get(found.claims.status_index)
    if found.claims.status_list_number != LIST_NUMBER:
        status = None
    return replace(
        facts,
        status=status,
        status_list_age=None if listed is None else now - listed[1],
        twinned=twin is not None and twin.is_live and twin.terms.covers(today),
    )


def _own_status(session: Session, found: Passport) -> Status:
    issued = queries.issued(session, found.claims.cti)
    return Status.INVALID if issued is not None and issued.revoked_at is not None else Status.VALID


def _booking_of(found: Passport) -> str | None:
    """The booking that a visit pass is for: its id is the passport's own."""
    if found.claims.audience is None:
        return None
    try:
        return parse_id(str(UUID(bytes=found.claims.cti)))
    except Malformed:
        return None
