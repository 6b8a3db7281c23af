"""Writes of erasures: links go, entries stay (DESIGN §10).

What a person had is brought to its end first: coming stays and seats are given back for nothing, what is claimed is paid, lots
go back to who issued them. Then nothing here points to the person any more, every host is told what it holds, and its word
that this is gone is kept.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import delete
from sqlalchemy.orm import Session

from federation.bookings import queries as bookings
from federation.bookings import service as bookings_service
from federation.credits import service as credits_
from federation.db import Answer, Base, Feed, publish_each
from federation.erasures import queries, rules
from federation.erasures.errors import ErasureUnknown
from federation.erasures.models import Erasure, ErasurePart
from federation.erasures.rules import Step
from federation.memberships import service as memberships
from federation.rsvps import queries as rsvps
from federation.rsvps.service import changes
from federation.spaces import queries as spaces
from federation.trust import service as trust_service
from shared.constraints import refused
from shared.db import with_commit
from shared.idempotency import IdConflict
from shared.protocol.states import BookingState, SessionState
from shared.protocol.version import BASE_PATH

UNTRACKED = {"synchronize_session": False}
Held = dict[str, tuple[set[str], set[str]]]


def ask(session: Session, *, home: str, erasure_id: str, guest: str, asked_at: dt.datetime, now: dt.datetime) -> Erasure:
    """Forget a pseudonym of this home. Asked again, it is the same erasure. Raises IdConflict for another pseudonym or home."""
    spaces.lock(session, home)
    known = session.get(Erasure, erasure_id)
    if known is not None:
        if (known.home, known.guest) != (home, guest):
            raise IdConflict
        return known
    erasure = Erasure(id=erasure_id, home=home, guest=guest, asked_at=asked_at)
    with refused(session, Base.metadata, {"uq_erasures_home_guest": IdConflict, "pk_erasures": IdConflict}):
        session.add(erasure)
    apply(session, erasure, now=now)
    return erasure


def apply(session: Session, erasure: Erasure, *, now: dt.datetime) -> bool:
    """Do what can be done by now, and tell whom it concerns; whether anything has changed."""
    held: Held = defaultdict(lambda: (set(), set()))
    waits = [_end_stays(session, erasure, held, now=now), _end_seats(session, erasure, held, now=now)]
    memberships.forget(session, home=erasure.home, guest=erasure.guest, now=now)
    trust_service.forget_refs(session, home=erasure.home, guest=erasure.guest)
    credits_.lapse(session, home=erasure.home, guest=erasure.guest, before=dt.date.max, now=now)
    grown = [part for host in sorted(held) if (part := _part(session, erasure, host, *held[host])) is not None]
    finished = erasure.finished_at is None and not any(waits)
    if not grown and not finished and erasure.rev:
        return False
    erasure.rev += 1
    if finished:
        erasure.finished_at = now
    for part in grown:
        part.rev, part.confirmed_at = erasure.rev, None
    session.flush()
    session.expire(erasure, ["parts"])
    _tell(session, erasure, {erasure.home, *(part.space for part in grown)}, now=now)
    return True


def confirm(session: Session, *, erasure_id: str, caller: str, rev: int, now: dt.datetime) -> Erasure:
    """Keep a host's word that what it was told of up to a rev is gone. Raises ErasureUnknown."""
    erasure = queries.lock(session, erasure_id)
    part = next((part for part in erasure.parts if part.space == caller), None)
    if part is None:
        raise ErasureUnknown
    if part.confirmed_at is None and rev >= part.rev:
        part.confirmed_at = now
        erasure.rev += 1
        session.flush()
        _tell(session, erasure, {erasure.home}, now=now)
    return erasure


def _end_stays(session: Session, erasure: Erasure, held: Held, *, now: dt.datetime) -> bool:
    """Bring all stays to their end; whether one still waits for it."""
    waits = False
    for stay in bookings.of_guest(session, home=erasure.home, guest=erasure.guest):
        step = rules.stay_step(state=stay.state, closes_at=stay.closes_at, claimed=stay.post_after is not None, now=now)
        if step is Step.CANCEL:
            bookings_service.cancel(session, booking_id=stay.id, caller=erasure.home, now=now, free=True)
        elif step is Step.PAY:
            bookings_service.post_silent(session, stay, now=now)
        if step is Step.WAIT:
            waits = True
        else:
            _drop_boxes(session, stay.host, "booking", stay.id)
            bookings_service.unlink(session, stay, now=now)
        if stay.state != BookingState.REFUSED:
            held[stay.host][0].add(stay.id)
    return waits


def _end_seats(session: Session, erasure: Erasure, held: Held, *, now: dt.datetime) -> bool:
    """Bring all seats to their end; whether one still waits for it."""
    waits = False
    for rsvp, seat in rsvps.of_guest(session, home=erasure.home, guest=erasure.guest):
        dated, settled = seat.state != SessionState.POSTPONED, seat.settled_at is not None
        step = rules.seat_step(state=rsvp.state, ends_at=seat.ends_at, dated=dated, settled=settled, now=now)
        if step is Step.CANCEL:
            changes.cancel(session, rsvp_id=rsvp.id, caller=erasure.home, now=now, free=True)
        if step is Step.WAIT:
            waits = True
        else:
            _drop_boxes(session, rsvp.host, "rsvp", rsvp.id)
            changes.unlink(session, rsvp, now=now)
        held[rsvp.host][1].add(rsvp.id)
    return waits


def _drop_boxes(session: Session, host: str, noun: str, resource_id: str) -> None:
    """Delete what was told of a stay or a seat with a sealed box in it: news, which are told anew after this, and answers.

    News are written with the commit (ADR 0036), in their order; so those of this command go too.
    """
    with_commit(session, delete(Feed).where(Feed.subject == f"{noun}/{resource_id}").execution_options(**UNTRACKED))
    told = Answer.scope.startswith(f"{host} POST {BASE_PATH}/{noun}s/{resource_id}/", autoescape=True)
    session.execute(delete(Answer).where(told), execution_options=UNTRACKED)


def _part(session: Session, erasure: Erasure, host: str, stays: Iterable[str], seats: Iterable[str]) -> ErasurePart | None:
    """What a host holds, where that is more than it was told of."""
    part = session.get(ErasurePart, (erasure.id, host))
    if part is None:
        part = ErasurePart(erasure_id=erasure.id, space=host, rev=0, bookings=[], rsvps=[])
        session.add(part)
    found = (sorted({*part.bookings, *stays}), sorted({*part.rsvps, *seats}))
    if part.rev and found == (part.bookings, part.rsvps):
        return None
    part.bookings, part.rsvps = found
    return part


def _tell(session: Session, erasure: Erasure, readers: Iterable[str], *, now: dt.datetime) -> None:
    forms = {reader: queries.entry(erasure, reader) for reader in readers}
    publish_each(session, forms, type="erasure.updated", subject=queries.subject(erasure), rev=erasure.rev, now=now)
