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
from space_node.visits.service.door import report

COPIED = (
    "home", "host_guest", "origin", "on", "part", "zone", "opens_at", "closes_at", "state", "payer", "price_credits",
    "charged_credits", "checked_in_at",
)  # fmt: skip
ALREADY_HERE = "already-here"


def keep(session: Session, data: Mapping[str, Any], *, epoch: int, now: dt.datetime) -> Visit | None:
    """Keep the whole state of a visit if it is newer than what is held; None for one at another host, or that never was."""
    if data["host"] != uplink.own_slug(session):
        return None
    visit = session.get(Visit, data["id"], with_for_update=True, populate_existing=True)
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
        visit.problem = None
    _read_card(visit, data["card"], today=local_date(now, visit.zone))
    session.flush()
    _bring_walk_in(session, visit, now)
    return visit


def not_taken(session: Session, *, booking_id: str, kind: str, slug: str, other: object, now: dt.datetime) -> None:
    """The hub refused what the desk reported: the desk's record stays, and the desk sees the hub's reason.

    A walk-in of somebody who has a booking is that booking: the guest is checked in there, with the same proof, and nothing is
    left for a manager to do.
    """
    visit = session.get(Visit, booking_id, with_for_update=True, populate_existing=True)
    if visit is None:
        return
    if kind == "visit-cancel":
        visit.cancel_asked_at = None
    visit.problem = slug[:80]
    if kind == "walk-in" and slug == ALREADY_HERE and isinstance(other, str) and other != booking_id:
        visit.same_as = other[:36]
        session.flush()
        discard_settled(session, Outbox, kind=kind, subject=f"booking/{booking_id}", problem_slug=slug)
        booked = queries.visit(session, other)
        if booked is not None:
            _bring_walk_in(session, booked, now)
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


def _bring_walk_in(session: Session, booked: Visit, now: dt.datetime) -> None:
    """Check in at a booking whoever was received as a walk-in before it was known that they have one."""
    if booked.state != BookingState.CONFIRMED or booked.arrived_at is not None or booked.cancel_asked_at is not None:
        return
    for walk_in in queries.walk_ins_of(session, booked.booking_id):
        seen = queries.records_of(session, walk_in.booking_id)[0]
        if seen.on == booked.on and walk_in.home == booked.home:
            report(session, booked, at=seen.at, proof_sha256=seen.proof_sha256, passport_ref=seen.passport_ref, now=now)
            return


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
