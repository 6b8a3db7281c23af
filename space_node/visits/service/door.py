"""What the desk does: scan, check in, receive a walk-in, cancel. It is local first; the hub is told as soon as it can be."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from shared.constraints import refused
from shared.ids import new_id
from shared.protocol.bookings import Cancellation, CheckIn, WalkIn
from shared.protocol.states import BookingState, DoorReason, Origin, Part, Payer, Verdict
from shared.protocol.version import BASE_PATH
from space_node.db import Base
from space_node.passports import service as passports
from space_node.passports.service import DoorCheck
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service
from space_node.visits import queries, rules
from space_node.visits.errors import (
    BeingCancelled,
    NotExpected,
    NotThisDay,
    NoVisitFits,
    OtherPassport,
    PassportRefused,
    TooLateToCancel,
    VisitBegunTwice,
)
from space_node.visits.models import Visit, VisitRecord
from space_node.visits.rules import Offer
from space_node.visits.service.records import write_record


@dataclass(frozen=True)
class Scan:
    """What the desk sees of a scanned passport. `visits` are those it may be for: one by its pass, or several by name."""

    verdict: Verdict
    reason: DoorReason
    offer: Offer
    check: DoorCheck
    visits: tuple[queries.Arrival, ...] = ()

    @property
    def visit(self) -> queries.Arrival | None:
        """The visit, where there is one alone."""
        return self.visits[0] if len(self.visits) == 1 else None


def scan(session: Session, text: str, now: dt.datetime) -> Scan:
    """Look at a passport and change nothing. Raises NotJoined."""
    check, found, facts = _look(session, text, now)
    verdict, reason, offer = rules.judge(facts)
    return Scan(verdict, reason, offer, check, tuple(queries.arrival(session, row) for row in found))


def check_in(session: Session, *, booking_id: str, passport_text: str | None, now: dt.datetime) -> Visit:
    """Note that a guest has come, and tell the hub; again, and nothing more happens.

    With a passport the hub pays at once. Raises VisitUnknown, NotExpected, BeingCancelled, NotThisDay, NoVisitFits,
    PassportRefused, OtherPassport, ClockWrong.
    """
    check = None if not passport_text else _proof(session, passport_text, now)
    known = queries.visit(session, booking_id)
    if known is None and check is not None and check.booking_id == booking_id:
        _add_unlisted(session, check, now)
    visit = queries.require(session, booking_id, to_change=True)
    if _state(visit) in rules.HERE:
        return visit
    _require_expected(session, visit, now)
    if check is not None and (check.home != visit.home or check.booking_id not in (None, booking_id)):
        raise OtherPassport
    proof, ref = (check.proof_sha256, check.ref) if check else (None, None)
    return report(session, visit, at=now, proof_sha256=proof, passport_ref=ref, now=now)


def check_in_by_pass(session: Session, *, passport_text: str, now: dt.datetime) -> Visit:
    """Check in whom a visit pass is for, or the one guest whom a general passport's name and home fit.

    Raises NoVisitFits where the passport fits no visit or several, and as `check_in` does.
    """
    found = scan(session, passport_text, now)
    if found.verdict is Verdict.RED:
        raise PassportRefused(reason=found.reason)
    booking_id = found.check.booking_id or (found.visit.booking_id if found.visit else None)
    if booking_id is None:
        raise NoVisitFits
    return check_in(session, booking_id=booking_id, passport_text=passport_text, now=now)


def report(
    session: Session, visit: Visit, *, at: dt.datetime, proof_sha256: str | None, passport_ref: str | None, now: dt.datetime
) -> Visit:
    """Sign that the guest of a booking has come, and tell the hub. Raises ClockWrong, KeyMissing."""
    record = write_record(session, visit, at=at, proof_sha256=proof_sha256, passport_ref=passport_ref, now=now)
    visit.arrived_at, visit.problem = at, None
    body = CheckIn().dump({"at": at, "proof_sha256": proof_sha256, "record": record.document})
    path = f"{BASE_PATH}/bookings/{visit.booking_id}/check-in"
    _send(session, visit, kind="check-in", method="POST", path=path, body=body, now=now)
    return visit


def walk_in(session: Session, *, passport_text: str, part: Part, now: dt.datetime) -> Visit:
    """Receive a guest whom nobody has booked; the hub decides who pays. The same passport again today is the same visit.

    The holder of a visit pass has a booking and is checked in there. Raises PassportRefused, ClockWrong, and as
    `check_in_by_pass` does.
    """
    check, _, facts = _look(session, passport_text, now)
    if facts.is_visit_pass:
        return check_in_by_pass(session, passport_text=passport_text, now=now)
    if check.verdict is Verdict.RED or check.reason is DoorReason.OWN_MEMBER or check.home is None or check.ref is None:
        raise PassportRefused(reason=check.reason)
    on = queries.today(session, now)
    known = queries.begun_with(session, check.ref, on)
    if known is not None:
        return known
    visit = _new_visit(session, check, on=on, part=part, origin=Origin.WALK_IN, now=now)
    visit.passport_ref, visit.arrived_at, visit.price_credits = check.ref, now, walk_in_price(session, check.home, part)
    with refused(session, Base.metadata, {"uq_visits_passport_ref_on": VisitBegunTwice}):
        session.add(visit)
    record = write_record(session, visit, at=now, proof_sha256=check.proof_sha256, passport_ref=check.ref, now=now)
    return report_walk_in(session, visit, record, now=now)


def report_walk_in(session: Session, visit: Visit, record: VisitRecord, *, now: dt.datetime) -> Visit:
    """Tell the hub of a walk-in, as the desk has signed it."""
    visit.problem = None
    path, body = f"{BASE_PATH}/visits/{visit.booking_id}", WalkIn().dump({"record": record.document})
    _send(session, visit, kind="walk-in", method="PUT", path=path, body=body, now=now)
    return visit


def walk_in_price(session: Session, home: str, part: Part) -> int:
    """What a walk-in of this home's members costs by the terms in force, in 1/100 credit; 0 where there are none."""
    terms = uplink.twinning_with(session, home)
    return 0 if terms is None else terms.price(uplink.own_slug(session), part)


def cancel(session: Session, *, booking_id: str, now: dt.datetime) -> Visit:
    """Ask the hub to cancel a guest's visit, which then costs the guest nothing. Raises VisitUnknown, TooLateToCancel."""
    visit = queries.require(session, booking_id, to_change=True)
    if visit.cancel_asked_at is not None:
        return visit
    if not rules.may_cancel(state=_state(visit), closes_at=visit.closes_at, asked=False, now=now):
        raise TooLateToCancel
    visit.cancel_asked_at = now
    body = Cancellation().dump({"pressed_at": now, "note": ""})
    path = f"{BASE_PATH}/bookings/{booking_id}/cancel"
    _send(session, visit, kind="visit-cancel", method="POST", path=path, body=body, now=now)
    return visit


def _look(session: Session, text: str, now: dt.datetime) -> tuple[DoorCheck, list[Visit], rules.ScanFacts]:
    """The passport, the visits that it may be for, and how they fit."""
    reading, today = passports.read(session, text, now), queries.today(session, now)
    if reading.passport is None:
        check = passports.judge(reading, expected=False)
        return check, [], rules.ScanFacts(check.verdict, check.reason)
    if reading.booking_id is not None:
        return _look_at_visit_pass(session, reading, reading.booking_id, today)
    claims = reading.passport.claims
    named = queries.expected_by_name(session, home=claims.issuer, name=claims.display_name, on=today)
    begun = None if named else queries.begun_with(session, reading.passport.ref, today)
    check = passports.judge(reading, expected=bool(named))
    facts = rules.ScanFacts(check.verdict, check.reason, state=None if begun is None else _state(begun), by_name=bool(named))
    return check, named or ([begun] if begun else []), facts


def _look_at_visit_pass(
    session: Session, reading: passports.Reading, booking_id: str, today: dt.date
) -> tuple[DoorCheck, list[Visit], rules.ScanFacts]:
    assert reading.passport is not None
    claims, visit = reading.passport.claims, queries.visit(session, booking_id)
    if visit is None:
        is_today = rules.pass_is_for(today, uplink.own_zone(session), claims.expires_at)
        check = passports.judge(reading, expected=is_today)
        if check.reason is DoorReason.NOT_TWINNED:
            # Only what the hub has confirmed is honoured after the twinning's end.
            check = passports.judge(reading, expected=False)
        return check, [], rules.ScanFacts(check.verdict, check.reason, is_visit_pass=True, is_today=is_today)
    check = passports.judge(reading, expected=visit.on == today)
    facts = rules.ScanFacts(
        check.verdict,
        check.reason,
        state=_state(visit),
        is_visit_pass=True,
        is_today=visit.on == today,
        is_of_home=visit.home == claims.issuer,
        is_being_cancelled=visit.cancel_asked_at is not None,
    )
    return check, [visit], facts


def _state(visit: Visit) -> BookingState:
    return rules.shown_state(visit.state, arrived=visit.arrived_at is not None)


def _proof(session: Session, text: str, now: dt.datetime) -> DoorCheck:
    check, _, facts = _look(session, text, now)
    verdict, reason, _ = rules.judge(facts)
    if verdict is Verdict.RED:
        raise PassportRefused(reason=reason)
    return check


def _require_expected(session: Session, visit: Visit, now: dt.datetime) -> None:
    if visit.state != BookingState.CONFIRMED:
        raise NotExpected(state=BookingState(visit.state))
    if visit.cancel_asked_at is not None:
        # The hub hears of the cancellation first, and a check-in behind it would be lost.
        raise BeingCancelled
    if visit.on != queries.today(session, now):
        raise NotThisDay(on=visit.on)


def _add_unlisted(session: Session, check: DoorCheck, now: dt.datetime) -> None:
    """A guest whose pass is for today, and of whom the hub's news has not come: its whole state will, and replaces this."""
    today = queries.today(session, now)
    assert check.passport is not None
    assert check.booking_id is not None
    if not rules.pass_is_for(today, uplink.own_zone(session), check.passport.claims.expires_at):
        raise NoVisitFits
    visit = _new_visit(session, check, on=today, part=Part.DAY, origin=Origin.BOOKING, now=now)
    visit.booking_id, visit.state, visit.payer = check.booking_id, BookingState.CONFIRMED, Payer.LOTS
    with refused(session, Base.metadata, {"pk_visits": VisitBegunTwice}):
        session.add(visit)


def _new_visit(session: Session, check: DoorCheck, *, on: dt.date, part: Part, origin: Origin, now: dt.datetime) -> Visit:
    return Visit(
        booking_id=new_id(now),
        home=check.home,
        origin=origin,
        on=on,
        part=part,
        zone=uplink.own_zone(session),
        state=BookingState.CHECKED_IN,
        epoch=0,
        rev=0,
        payer=Payer.UNDECIDED,
        price_credits=0,
        guest_name=check.name,
        note="",
        as_of=now,
    )


def _send(session: Session, visit: Visit, *, kind: str, method: str, path: str, body: dict[str, Any], now: dt.datetime) -> None:
    subject = f"booking/{visit.booking_id}"
    uplink_service.send(session, kind=kind, method=method, path=path, body=body, subject=subject, now=now)
