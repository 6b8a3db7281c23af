"""Keeping what the hub says about our members' places: answers and news alike, the newer one by (epoch, rev)."""

import contextlib
import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared.calendar.writer import EntryStatus
from shared.idempotency import IdConflict
from shared.messaging.outbox import discard_settled
from shared.protocol.states import ACTIVE_RSVP_STATES, RsvpState
from shared.revs import is_newer
from space_node.calendar import queries as calendar
from space_node.db import Outbox
from space_node.members import queries as members
from space_node.rsvps import queries, rules
from space_node.rsvps.models import Rsvp
from space_node.rsvps.rules import Pressed

COPIED = (
    "state", "reason", "kind", "party", "price_credits", "price_now_credits", "charged_credits", "place", "waiting",
    "offer_expires_at", "checked_in_at",
)  # fmt: skip


def keep(session: Session, data: Mapping[str, Any], *, epoch: int, now: dt.datetime) -> Rsvp:
    """Keep the hub's word on an RSVP if it is newer than what is held.

    One that is not known here began at a door, or this node was restored from a backup. Answers and news come on two ways, so
    the row is locked while the two are compared.
    """
    rsvp = session.get(Rsvp, data["id"], with_for_update=True, populate_existing=True)
    if rsvp is None:
        rsvp = _first_heard_of(data, now)
        session.add(rsvp)
    elif not is_newer(held=(rsvp.epoch, rsvp.rev), arrived=(epoch, data["rev"])):
        return rsvp
    before = rules.calendar_status(rsvp.state), rsvp.kind
    for name in COPIED:
        setattr(rsvp, name, data[name])
    rsvp.epoch, rsvp.rev, rsvp.answered_at = epoch, data["rev"], rsvp.answered_at or now
    after = rules.calendar_status(rsvp.state)
    if (after, rsvp.kind) != before:
        rsvp.calendar_steps += 1
    if after is not before[0]:
        rsvp.changed_at = now
    rsvp.was_sure = rsvp.was_sure or after is EntryStatus.CONFIRMED
    _drop_pressed(rsvp)
    _find_member(session, rsvp, data["guest"])
    session.flush()
    _forget_conflict(session, rsvp)
    _hold(session, rsvp)
    follow(session, rsvp.session_id)
    return rsvp


def settle(session: Session, rsvp_id: str) -> None:
    """The hub has answered what the member pressed, whatever came of it."""
    rsvp = session.get(Rsvp, rsvp_id, with_for_update=True, populate_existing=True)
    if rsvp is not None:
        rsvp.pressed = None


def not_taken(session: Session, *, rsvp_id: str, kind: str, reason: str, now: dt.datetime) -> None:
    """The hub did not take a command at all: nothing is asked for, or all stays as it was, and the member sees so."""
    rsvp = session.get(Rsvp, rsvp_id, with_for_update=True, populate_existing=True)
    if rsvp is None:
        return
    if kind == "feedback":
        rsvp.feedback_at = None
    elif kind == "rsvp" and rsvp.state == RsvpState.ASKED:
        rsvp.state, rsvp.reason, rsvp.held, rsvp.pressed, rsvp.changed_at = RsvpState.REFUSED, reason[:60], None, None, now
    elif kind in ("rsvp-cancel", "rsvp-action"):
        rsvp.pressed, rsvp.problem = None, reason[:80]
    if rsvp.rev:
        _forget_conflict(session, rsvp)


def _forget_conflict(session: Session, rsvp: Rsvp) -> None:
    """A form sent anew after this node was restored asks under an id that the hub has answered: that answer stands."""
    discard_settled(session, Outbox, kind="rsvp", subject=queries.subject(rsvp.id), problem_slug=IdConflict.slug)


def forget_member(session: Session, member_id: str) -> None:
    """Forget whose places these were."""
    session.execute(update(Rsvp).where(Rsvp.member_id == member_id).values(member_id=None, held=None))


def follow(session: Session, session_id: str) -> None:
    """Note title, times, zone and sequence of a session with the RSVPs for it, as far as the calendar knows them."""
    found = calendar.session(session, session_id)
    if found is None:
        return
    event = calendar.event(session, found.event_id)
    values = {name: getattr(found, name) for name in queries.FOLLOWED}
    if event is not None:
        values["title"] = event.title
    changed = update(Rsvp).where(Rsvp.session_id == session_id).values(**values)
    session.execute(changed, execution_options={"synchronize_session": "fetch"})


def _first_heard_of(data: Mapping[str, Any], now: dt.datetime) -> Rsvp:
    names = ("id", "session_id", "event_id", "host", "kind", "origin", "state")
    return Rsvp(asked_at=now, changed_at=now, calendar_steps=0, was_sure=False, **{name: data[name] for name in names})


def _drop_pressed(rsvp: Rsvp) -> None:
    """What was pressed is no longer waited for where it cannot come to pass any more."""
    if rsvp.pressed == Pressed.CANCEL:
        keeps = rsvp.state in rules.OPEN_STATES
    elif rsvp.pressed == Pressed.SWITCH:
        keeps = rsvp.state in rules.SWITCHABLE
    else:
        keeps = rsvp.state == RsvpState.OFFERED
    if not keeps:
        rsvp.pressed = None


def _find_member(session: Session, rsvp: Rsvp, guest: str | None) -> None:
    """The member whose place this is, once the hub has said by which name it knows them."""
    if rsvp.member_id is None and guest is not None:
        known = members.member_of_guest(session, guest)
        rsvp.member_id = known.id if known else None


def _hold(session: Session, rsvp: Rsvp) -> None:
    """While it counts, it keeps its member from asking for the same twice; one that is at the door may find one asked for."""
    if rsvp.state not in ACTIVE_RSVP_STATES or rsvp.member_id is None:
        rsvp.held = None
    elif rsvp.held is None:
        key = queries.held_key(rsvp.session_id, rsvp.member_id)
        with contextlib.suppress(IntegrityError), session.begin_nested():
            session.execute(update(Rsvp).where(Rsvp.id == rsvp.id).values(held=key))
    session.flush()
