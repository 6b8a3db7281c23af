"""Keeping the hub's word on a visit: answers and news alike, only what is newer; and forgetting names in time."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, or_, update
from sqlalchemy.orm import Session

from shared.clock import local_date
from shared.errors import Invalid
from shared.keys import sealed
from shared.messaging.outbox import discard_settled
from shared.protocol.states import BookingState
from shared.revs import is_newer
from shared.schemas import load
from space_node.config import present_node
from space_node.db import Outbox
from space_node.uplink import queries as uplink
from space_node.visits import queries, rules
from space_node.visits.models import Visit
from space_node.visits.schemas import GuestCard
from space_node.visits.service.door import report, report_walk_in

COPIED = (
    "home", "host_guest", "origin", "on", "part", "zone", "opens_at", "closes_at", "state", "payer", "price_credits",
    "charged_credits", "checked_in_at",
)  # fmt: skip
ALREADY_HERE = "already-here"


def keep(session: Session, data: Mapping[str, Any], *, epoch: int, now: dt.datetime) -> Visit | None:
    """Keep the whole state of a visit if it is newer than what is held; None for one at another host, or that never was."""
    if data["host"] != uplink.own_slug(session):
        return None
    visit = _locked(session, data["id"])
    if visit is None:
        if data["state"] == BookingState.REFUSED:
            return None  # A restored hub tells of these in case it had confirmed them before.
        visit = Visit(booking_id=data["id"], epoch=0, rev=0, guest_name="", note="")
        session.add(visit)
    elif not is_newer(held=(visit.epoch, visit.rev), arrived=(epoch, data["rev"])):
        return visit
    for name in COPIED:
        setattr(visit, name, data[name])
    visit.epoch, visit.rev, visit.as_of = epoch, data["rev"], now
    visit.arrived_at = visit.arrived_at or visit.checked_in_at
    if visit.state != BookingState.CONFIRMED:
        visit.cancel_asked_at = None
    if visit.state in rules.HERE:
        visit.problem = visit.same_as = None
    _read_card(visit, data["card"], today=local_date(now, visit.zone))
    session.flush()
    _settle_walk_ins(session, visit, now)
    return visit


def not_taken(session: Session, *, booking_id: str, kind: str, slug: str, other: object, now: dt.datetime) -> None:
    """The hub refused what the desk reported: the desk's record stays, and the desk sees the hub's reason.

    A walk-in of somebody who has a booking is that booking: the guest is checked in there, with the same proof, and nothing is
    left for a manager to do.
    """
    stay = other if kind == "walk-in" and slug == ALREADY_HERE and isinstance(other, str) and other != booking_id else None
    # The booking before its walk-ins, as where the hub's word on it is kept: of the two, the later sees what the earlier did.
    booked, visit = _locked(session, stay or booking_id), _locked(session, booking_id)
    if visit is None:
        return
    if kind == "visit-cancel":
        visit.cancel_asked_at = None
    visit.problem = slug[:80]
    if stay is not None:
        told_again, visit.same_as = visit.same_as == stay, stay[:36]
        if booked is None:
            # News of it is on the way, and settles this.
            _discard_refused(session, "walk-in", visit)
        elif told_again and booked.state in rules.CANCELLED:
            # A third report would get the same answer, until the hub says more of that stay.
            booked = None
    session.flush()
    if booked is not None:
        _settle_walk_ins(session, booked, now)
        session.flush()


def forget_names(session: Session, now: dt.datetime) -> int:
    """Erase guests' names and notes thirty days after the visit, or after it was cancelled; returns how many."""
    cutoff = now - rules.NAMES_KEPT
    # The date at home may be a day ahead of UTC's, and no name goes before its time.
    over = Visit.on < cutoff.date() - dt.timedelta(days=1)
    off = and_(Visit.state.in_(rules.CANCELLED), Visit.as_of < cutoff)
    named = or_(Visit.guest_name != "", Visit.note != "")
    gone = update(Visit).where(named, or_(over, off)).values(guest_name="", note="", names_erased_at=now)
    return len(session.scalars(gone.returning(Visit.booking_id), execution_options={"synchronize_session": "fetch"}).all())


def forget_guests(session: Session, booking_ids: Sequence[str], now: dt.datetime) -> None:
    """Erase who came on these visits, before their time; the signed records, which name nobody, stay."""
    nobody = {"guest_name": "", "note": "", "host_guest": None, "passport_ref": None, "names_erased_at": now}
    erased = update(Visit).where(Visit.booking_id.in_(booking_ids)).values(**nobody)
    session.execute(erased, execution_options={"synchronize_session": "fetch"})


def _settle_walk_ins(session: Session, booked: Visit, now: dt.datetime) -> None:
    """Let a guest received as a walk-in before it was known that they have a booking be here by that, unless it is cancelled.

    While its cancellation is on the way the refused report stays parked: nothing else tells that the guest has come.
    """
    for walk_in in queries.walk_ins_of(session, booked.booking_id):
        seen = queries.records_of(session, walk_in.booking_id)[0]
        if booked.state in rules.CANCELLED:
            _discard_refused(session, "check-in", booked)
            booked.arrived_at = booked.problem = None
            if walk_in.problem is not None:
                _discard_refused(session, "walk-in", walk_in)
                report_walk_in(session, walk_in, seen, now=now)
        elif seen.on == booked.on and walk_in.home == booked.home and booked.cancel_asked_at is None:
            if booked.state == BookingState.CONFIRMED and booked.arrived_at is None:
                report(session, booked, at=seen.at, proof_sha256=seen.proof_sha256, passport_ref=seen.passport_ref, now=now)
            if booked.arrived_at is not None:
                _discard_refused(session, "walk-in", walk_in)


def _discard_refused(session: Session, kind: str, visit: Visit) -> None:
    discard_settled(session, Outbox, kind=kind, subject=f"booking/{visit.booking_id}")


def _locked(session: Session, booking_id: str) -> Visit | None:
    return session.get(Visit, booking_id, with_for_update=True, populate_existing=True)


def _read_card(visit: Visit, card: str | None, *, today: dt.date) -> None:
    """Open the sealed card. One that does not open, or says what it should not, brings no name."""
    if card is None or visit.names_erased_at is not None or not rules.keeps_name(on=visit.on, today=today):
        return
    try:
        keys = present_node().ring.private("encryption")
        found = load(GuestCard, sealed.open_box(card, key=keys, context=f"booking/{visit.booking_id}"))
    except Invalid:
        return
    if found["home"] == visit.home:
        visit.guest_name, visit.note = found["name"], found["note"]
