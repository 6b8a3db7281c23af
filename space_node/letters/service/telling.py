"""Telling each change once: how a place stands is set against how it stood when its member was last told, under its lock.

So it does not matter by which way a change came, or how often. Nothing is told of what began at a door: there one stands.
"""

import datetime as dt

from sqlalchemy.orm import Session

from shared.ids import sha256_hex
from shared.protocol.states import RsvpOrigin, RsvpState, SessionState
from space_node.accounts import queries as accounts
from space_node.accounts import service as accounts_service
from space_node.agenda import queries as agenda
from space_node.calendar import queries as calendar
from space_node.letters import rules
from space_node.letters.models import ToldPlace
from space_node.letters.rules import Stand, Subject
from space_node.letters.service.writing import letter
from space_node.rsvps import queries as rsvps
from space_node.rsvps.queries import Pressed, Rsvp

FIELDS = ("state", "kind", "sequence", "starts_at", "is_postponed", "link_sha256")


def tell_of_place(session: Session, rsvp_id: str, *, now: dt.datetime) -> None:
    """Write to the member whose place this is, if something about it is new."""
    rsvp = rsvps.by_id(session, rsvp_id, lock=True)
    if rsvp is not None:
        _tell(session, rsvp, now)


def tell_of_session(session: Session, session_id: str, *, now: dt.datetime) -> None:
    """Write to our members who have, or want, a place at a session, if something about it is new."""
    for rsvp in rsvps.of_session(session, session_id, lock=True):
        _tell(session, rsvp, now)


def _tell(session: Session, rsvp: Rsvp, now: dt.datetime) -> None:
    if rsvp.origin == RsvpOrigin.DOOR:
        return
    found, row = calendar.session(session, rsvp.session_id), session.get(ToldPlace, rsvp.id, populate_existing=True)
    told = Stand(**{name: getattr(row, name) for name in FIELDS}) if row else None
    stands = _stand(session, rsvp, found.state if found else None)
    is_off = found is not None and found.state == SessionState.CANCELLED
    is_over = rsvp.ends_at is not None and rsvp.ends_at <= now and not stands.is_postponed
    subject = rules.subject(told, stands, reason=rsvp.reason, is_over=is_off or is_over)
    if rsvp.pressed == Pressed.CANCEL and subject in rules.AHEAD:
        # On their way out. Should that come to nothing, there will be something to tell.
        return
    _note(session, row or ToldPlace(rsvp_id=rsvp.id), told, stands)
    if subject is not None:
        _write(session, rsvp, subject, told, now)


def _stand(session: Session, rsvp: Rsvp, state: SessionState | None) -> Stand:
    link = agenda.join_link(session, rsvp)
    return Stand(
        state=RsvpState(rsvp.state),
        kind=rsvp.kind,
        sequence=rsvp.sequence,
        starts_at=rsvp.starts_at,
        is_postponed=state == SessionState.POSTPONED,
        link_sha256=sha256_hex(link.encode()) if link else None,
    )


def _note(session: Session, row: ToldPlace, told: Stand | None, stands: Stand) -> None:
    for name in FIELDS:
        setattr(row, name, getattr(stands, name))
    # A link that is forgotten, or comes back with a seat, is the same one.
    row.link_sha256 = stands.link_sha256 or (told.link_sha256 if told else None)
    session.add(row)
    session.flush()


def _write(session: Session, rsvp: Rsvp, subject: Subject, told: Stand | None, now: dt.datetime) -> None:
    account = accounts.account_of_member(session, rsvp.member_id) if rsvp.member_id else None
    if account is None:
        return
    accounts_service.write_to(
        session,
        account,
        kind=f"place-{subject}",
        write=lambda house: letter(session, rsvp, subject, told, name=account.name, house=house, now=now),
        now=now,
        optional=subject not in rules.NEVER_LEFT_OUT,
        good_until=_good_until(rsvp, subject),
    )


def _good_until(rsvp: Rsvp, subject: Subject) -> dt.datetime | None:
    if subject is Subject.OFFERED:
        return rsvp.offer_expires_at
    return rsvp.ends_at if subject in rules.AHEAD and subject is not Subject.POSTPONED else None
