"""Asking for a seat: the one way in, for the pages of a home, for the door, and for whoever was on the waiting list of approval.

A domain "no" is data: the RSVP is kept as refused with its reason, and a repeat of the request gets the same answer.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from federation.rsvps import queries, rules
from federation.rsvps.errors import RsvpInvalid
from federation.rsvps.models import Rsvp, SeatSession
from federation.rsvps.queries import Known
from federation.rsvps.rules import PoolName
from federation.rsvps.service.news import change
from federation.rsvps.service.seats import join_queue, promote
from federation.spaces import queries as spaces
from federation.spaces.errors import OtherwiseAnswered
from federation.trust import queries as trust
from shared.answer_seal import Told, is_worse, refused_reasons
from shared.errors import FieldFault
from shared.idempotency import IdConflict
from shared.marking import N_
from shared.protocol.states import RsvpOrigin, RsvpReason, RsvpState, SeatKind

KEPT = ("origin", "party", "accept_fewer", "take_at_once", "zone", "card")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request, as it came."""

    session_id: str
    kind: SeatKind
    origin: RsvpOrigin
    home: str | None
    guest: str | None
    passport_ref: str | None
    party: int
    accept_fewer: bool
    take_at_once: bool
    zone: str
    price_credits: int
    intent_at: dt.datetime
    door_seat: bool
    card: str | None


def answer_request(
    session: Session, *, rsvp_id: str, caller: str, asked: Asked, now: dt.datetime, told: Told = None
) -> dict[str, Any]:
    """Confirm, put on the waiting list or hand to the host what was asked; or refuse it. Returns what the caller sees of it.

    Raises SessionUnknown, SpaceUnknown, RsvpInvalid, IdConflict for an id that exists, OtherwiseAnswered than was `told` before.
    """
    own = spaces.lock_presence(session, caller)
    in_outage = spaces.was_away(session, own, asked.intent_at, now=now)
    seat = queries.lock(session, asked.session_id)
    rsvp = _new(session, seat, asked, rsvp_id=rsvp_id, caller=caller, now=now)
    known = queries.known(session, rsvp, caller)
    if known.is_taken:
        raise IdConflict
    queued_until = seat.pools[rsvp.pool].queued_until
    rsvp.queue_at = rules.queue_time(intent_at=asked.intent_at, received_at=now, in_outage=in_outage, queued_until=queued_until)
    # Whom the host let in while the hub was away it can only tell of later.
    at = min(asked.intent_at, now) if asked.origin == RsvpOrigin.DOOR else now
    rsvp.reason = RsvpReason.WITHDRAWN if known.is_withdrawn else _refusal(session, seat, rsvp, known, now=at)
    rsvp.reason = next((RsvpReason(reason) for reason in refused_reasons(told)), rsvp.reason)
    if rsvp.reason is not None:
        rsvp.state, rsvp.holder = RsvpState.REFUSED, None
    elif seat.approval and rsvp.origin == RsvpOrigin.HOME:
        rsvp.state = RsvpState.PENDING
    else:
        admit(session, seat, rsvp, now=now)
    if is_worse(told, rsvp.state):
        raise OtherwiseAnswered
    standing = change(session, rsvp, now=now)
    return queries.entry(session, rsvp, caller, standing=standing)


def admit(session: Session, seat: SeatSession, rsvp: Rsvp, *, now: dt.datetime) -> None:
    """Join the queue and take what is free: who does not get a seat so waits, or is refused where nobody can wait."""
    rsvp.state = RsvpState.WAITLISTED
    promote(session, seat, PoolName(rsvp.pool), now=now, fresh=rsvp)
    if rsvp.state != RsvpState.WAITLISTED:
        return
    may_wait = seat.waiting_list and rsvp.origin == RsvpOrigin.HOME and now < seat.starts_at
    if rsvp.reason is not None or not may_wait:
        rsvp.state, rsvp.reason = RsvpState.REFUSED, rsvp.reason or RsvpReason.FULL
    else:
        join_queue(session, seat, rsvp)


def _new(session: Session, seat: SeatSession, asked: Asked, *, rsvp_id: str, caller: str, now: dt.datetime) -> Rsvp:
    home, guest = _whose(session, seat, asked, caller=caller, now=now)
    person = guest or asked.passport_ref
    return Rsvp(
        id=rsvp_id,
        session_id=seat.session_id,
        event_id=seat.event_id,
        home=home,
        host=seat.host,
        guest=guest,
        holder=f"{seat.session_id}|{person}" if person else None,
        pool=PoolName.DOOR if asked.door_seat else PoolName(asked.kind),
        state=RsvpState.WAITLISTED,
        **{name: getattr(asked, name) for name in KEPT},
        price_credits=asked.price_credits if guest else 0,
        queue_at=now,
        skipped=0,
        rev=0,
        created_at=now,
        changed_at=now,
    )


def _whose(session: Session, seat: SeatSession, asked: Asked, *, caller: str, now: dt.datetime) -> tuple[str, str | None]:
    """Whose member it is, and under which pseudonym. Only the host answers for its door, and only a home for its members."""
    faults = []
    if asked.origin == RsvpOrigin.HOME:
        home, guest = caller, asked.guest
        if guest is None:
            faults.append(FieldFault(pointer="/guest", detail=N_("Say who it is.")))
        if asked.door_seat:
            faults.append(FieldFault(pointer="/door_seat", detail=N_("Only the host gives away the seats at its door.")))
    else:
        home = asked.home or caller
        guest = asked.guest if home == caller else None
        if caller != seat.host:
            faults.append(FieldFault(pointer="/origin", detail=N_("Only the host says who stands at its door.")))
        if asked.door_seat and asked.kind != SeatKind.IN_PERSON:
            faults.append(FieldFault(pointer="/kind", detail=N_("A seat at the door is one in person.")))
        spaces.require(session, home)
        if guest is None and asked.passport_ref is not None:
            guest = trust.wallet_behind(session, home=home, ref=asked.passport_ref, at=now)
    if faults:
        raise RsvpInvalid(errors=faults)
    return home, guest


def _refusal(session: Session, seat: SeatSession, rsvp: Rsvp, known: Known, *, now: dt.datetime) -> RsvpReason | None:
    at_door = rsvp.origin == RsvpOrigin.DOOR
    reason = rules.refusal(
        state=seat.state,
        opens_at=seat.opens_at,
        closes_at=seat.closes_at,
        ends_at=seat.ends_at,
        at_door=at_door,
        pool_is_open=seat.pools[rsvp.pool].is_open,
        may_come=at_door or (known.both_live and queries.reaches(session, seat, rsvp.home)),
        fits=rsvp.party <= seat.party_max,
        same_price=rsvp.guest is None or rsvp.price_credits == seat.price_credits,
        now=now,
    )
    return RsvpReason.DUPLICATE if reason is None and known.has_one else reason
