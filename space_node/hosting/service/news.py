"""Keeping the hub's word on those who come: answers and news alike, only what is newer; and forgetting names in time."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from shared.protocol.boxes import BRIEF_MAX_BYTES, Brief, FeedbackNote, RsvpCard
from shared.protocol.states import RsvpState
from shared.revs import is_newer
from space_node.calendar import queries as calendar
from space_node.hosting import rules
from space_node.hosting.models import GuestRsvp, HostedSession, SharedRecap
from space_node.hosting.rules import Group
from space_node.hosting.service import briefs, kept
from space_node.uplink import queries as uplink

COPIED = (
    "session_id", "event_id", "home", "kind", "origin", "state", "reason", "party", "price_credits", "charged_credits",
)  # fmt: skip

_NOBODY: Mapping[str, Any] = {
    "name": "",
    "name_key": "",
    "shares": False,
    "urgent_box": None,
    "feedback": "",
    "passport_ref": None,
}


def keep(session: Session, data: Mapping[str, Any], *, epoch: int, now: dt.datetime) -> GuestRsvp | None:
    """Keep the whole state of somebody who wants to come here, if it is newer than what is held; None for another host's."""
    if data["host"] != uplink.own_slug(session):
        return None
    guest = session.get(GuestRsvp, data["id"], with_for_update=True, populate_existing=True)
    if guest is None:
        if (data["state"], data["rev"]) == (RsvpState.REFUSED, 1):
            return None  # A restored hub tells of these in case they had a seat before.
        guest = GuestRsvp(id=data["id"], epoch=0, rev=0, name="", shares=False, door_seat=False, asked="", feedback="")
        session.add(guest)
    elif not is_newer(held=(guest.epoch, guest.rev), arrived=(epoch, data["rev"])):
        return guest
    before = (guest.state, guest.shares)
    for name in COPIED:
        setattr(guest, name, data[name])
    guest.epoch, guest.rev, guest.as_of, guest.asked = epoch, data["rev"], now, ""
    if guest.state == RsvpState.ATTENDED:
        guest.problem = None
    if guest.report_id is None and guest.problem is None:
        guest.arrived_at = data["checked_in_at"]
    if rules.group(guest.state, arrived=False) is Group.OFF:
        guest.passport_ref = None
    _remember_end(session, guest)
    _read_card(session, guest, data["card"], now=now)
    _read_feedback(session, guest, data["feedback"], now=now)
    session.flush()
    _tell_homes(session, guest, before, now)
    return guest


def not_taken(session: Session, *, rsvp_id: str, message_id: str, slug: str) -> None:
    """The hub refused what the desk or the host reported: it stays noted here, and they see the hub's reason."""
    guest = session.get(GuestRsvp, rsvp_id, with_for_update=True, populate_existing=True)
    if guest is not None:
        guest.asked, guest.problem = "", slug[:80]
        if guest.report_id == message_id:
            guest.report_id = None
        session.flush()


def forget_names(session: Session, now: dt.datetime) -> int:
    """Erase names and words thirty days after a session; returns of how many people."""
    cutoff = now - rules.NAMES_KEPT
    over = select(HostedSession.session_id).where(HostedSession.ends_at < cutoff)
    return _forget(session, or_(GuestRsvp.session_id.in_(over), _unknown_and_old(cutoff)), now)


def forget_departed(session: Session, now: dt.datetime) -> int:
    """Erase the names of people whose home has left the network; what they were in numbers stays."""
    known = {space.slug for space in uplink.directory(session)}
    if not known:  # nobody can have left what was not joined, or not heard of yet
        return 0
    homes = set(session.scalars(select(GuestRsvp.home).where(_named()).distinct())) - known - {uplink.own_slug(session), None}
    return _forget(session, GuestRsvp.home.in_(sorted(filter(None, homes))), now) if homes else 0


def forget_guests(session: Session, rsvp_ids: Sequence[str], now: dt.datetime) -> None:
    """Erase names and words of one person, before their time, and tell the homes that saw them."""
    which = GuestRsvp.id.in_(rsvp_ids)
    erased = update(GuestRsvp).where(which).values(**_NOBODY, names_erased_at=now)
    session.execute(erased, execution_options={"synchronize_session": "fetch"})
    for session_id in session.scalars(select(GuestRsvp.session_id).where(which).distinct().order_by(GuestRsvp.session_id)).all():
        briefs.tell(session, session_id, now)


def take_recap(session: Session, data: Mapping[str, Any], *, epoch: int, now: dt.datetime) -> None:
    """Keep the recap of a session of an event that we hold together with its host; a brief of any other is not ours to read."""
    own, found = uplink.own_slug(session), calendar.session(session, data["session_id"])
    if data["host"] == own or found is None or own not in calendar.holders(session, found.event_id):
        return
    held = session.get(SharedRecap, found.id, with_for_update=True, populate_existing=True)
    if held is None:
        held = SharedRecap(session_id=found.id, epoch=0, rev=0, text="")
        session.add(held)
    if is_newer(held=(held.epoch, held.rev), arrived=(epoch, data["rev"])):
        opened = kept.opened(Brief, data["box"], f"brief/{found.id}/{own}", max_bytes=BRIEF_MAX_BYTES)
        held.text, held.host, held.as_of = (opened or {}).get("recap", ""), data["host"], now
        held.epoch, held.rev = epoch, data["rev"]
    session.flush()


def _tell_homes(session: Session, guest: GuestRsvp, before: tuple[str | None, bool], now: dt.datetime) -> None:
    """Somebody new has a seat, or shares it: their home hears at once, the others soon.

    Somebody's seat or consent is gone: whoever could see them hears at once.
    """
    seated, was_seated = guest.state in rules.SEATED, before[0] in rules.SEATED
    if was_seated and (not seated or (before[1] and not guest.shares)):
        briefs.tell(session, guest.session_id, now)
    elif seated and (not was_seated or (guest.shares and not before[1])):
        briefs.tell(session, guest.session_id, now, only=guest.home)


def _forget(session: Session, which: Any, now: dt.datetime) -> int:
    erased = update(GuestRsvp).where(_named(), which).values(**_NOBODY, names_erased_at=now).returning(GuestRsvp.id)
    return len(session.scalars(erased, execution_options={"synchronize_session": "fetch"}).all())


def _named() -> Any:
    return or_(GuestRsvp.name != "", GuestRsvp.feedback != "", GuestRsvp.shares.is_(True), GuestRsvp.urgent_box.is_not(None))


def _unknown_and_old(cutoff: dt.datetime) -> Any:
    known = select(HostedSession.session_id).where(HostedSession.ends_at.is_not(None))
    return GuestRsvp.session_id.not_in(known) & (GuestRsvp.as_of < cutoff)


def _remember_end(session: Session, guest: GuestRsvp) -> None:
    found = calendar.session(session, guest.session_id)
    if found is not None:
        kept.hosted_session(session, found)


def _read_card(session: Session, guest: GuestRsvp, card: str | None, *, now: dt.datetime) -> None:
    """Open the sealed card. One that does not open, or says what it should not, brings no name."""
    if card is None or guest.names_erased_at is not None:
        return
    found = kept.opened(RsvpCard, card, f"rsvp/{guest.id}")
    if found is not None and found["home"] == guest.home and _may_know(session, guest, now):
        guest.name, guest.shares, guest.urgent_box = found["name"], found["shares"], found["urgent"]


def _read_feedback(session: Session, guest: GuestRsvp, box: str | None, *, now: dt.datetime) -> None:
    if box is None or guest.names_erased_at is not None or not _may_know(session, guest, now):
        return
    found = kept.opened(FeedbackNote, box, f"feedback/{guest.id}")
    if found is not None:
        guest.stars, guest.feedback, guest.feedback_at = found["stars"], found["text"], guest.feedback_at or now


def _may_know(session: Session, guest: GuestRsvp, now: dt.datetime) -> bool:
    return rules.keeps_name(ends_at=kept.ended(session, guest.session_id), now=now)
