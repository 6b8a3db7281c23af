"""Guests of ours whose own space is silent: we write to them ourselves, once, with the address that they gave for that.

What a guest knows is set against how their place stands, as for our own members. What they must hear of is open until the hub
says that their home has read it, and then theirs to tell; or until their home has had its time and is out, and then ours.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.mail import Recipient
from shared.protocol.states import RsvpState, SessionState
from space_node.accounts import service as accounts_service
from space_node.calendar import queries as calendar
from space_node.calendar.queries import MirrorSession
from space_node.hosting import queries as hosting
from space_node.hosting import service as hosting_service
from space_node.hosting.queries import GuestRsvp
from space_node.letters import queries, rules
from space_node.letters.models import ToldGuest
from space_node.letters.rules import Stand, Subject
from space_node.letters.service.direct_words import letter, reading

FIELDS = ("state", "kind", "sequence", "starts_at", "is_postponed")


def look_at_guest(session: Session, rsvp_id: str, *, now: dt.datetime) -> None:
    """Note what is new to a guest to whom we may write; what they need not hear of they know."""
    guest = hosting.guest(session, rsvp_id)
    if guest is not None and guest.urgent_box:
        _look(session, rsvp_id, now)


def look_at_guests(session: Session, session_id: str, *, now: dt.datetime) -> None:
    """The same for all who come to a session."""
    for rsvp_id in hosting.with_contact(session, session_id):
        _look(session, rsvp_id, now)


def write_where_silent(session: Session, session_id: str, quiet: Mapping[str, int | None], *, now: dt.datetime) -> int:
    """Write to those whose home is out. `quiet` holds the homes that have not read the news, and how long they are unheard of.

    Returns how many were written to.
    """
    count = 0
    for rsvp_id in queries.open_guests(session, session_id):
        known = _look(session, rsvp_id, now)
        if known is None:
            continue
        home = str(known.guest.home)
        if home not in quiet:
            # Their home has read it, and tells them.
            _settle(known)
        elif rules.is_silent(quiet[home]) and queries.is_due(session, known.row, now):
            count += _write(session, known, now)
            _settle(known)
    session.flush()
    return count


def forget_guests(session: Session, rsvp_ids: Sequence[str]) -> None:
    """Forget what guests know, with our letters to them."""
    rows = session.scalars(select(ToldGuest).where(ToldGuest.rsvp_id.in_(rsvp_ids))).all()
    accounts_service.forget_mails(session, [row.mail_id for row in rows if row.mail_id])
    for row in rows:
        session.delete(row)
    session.flush()


@dataclass(frozen=True)
class _News:
    """What a guest must hear of: how their place stood when they last knew, and how it stands."""

    guest: GuestRsvp
    row: ToldGuest
    at: MirrorSession
    told: Stand
    stands: Stand
    subject: Subject


def _look(session: Session, rsvp_id: str, now: dt.datetime) -> _News | None:
    """What a guest must hear of, under the lock of their place; nothing of a session that is over, or is known no longer."""
    guest = hosting.require(session, rsvp_id, to_change=True)
    at, row = calendar.session(session, guest.session_id), session.get(ToldGuest, rsvp_id, populate_existing=True)
    if at is None:
        return None
    stands = _stand(guest, at)
    if row is None:
        row = _know(ToldGuest(rsvp_id=rsvp_id, session_id=guest.session_id), stands)
        session.add(row)
    told = Stand(**{name: getattr(row, name) for name in FIELDS})
    subject = None if at.ends_at <= now and not stands.is_postponed else rules.urgent(told, stands)
    if subject is None:
        _know(row, stands)
        hosting_service.drop_contact_if_done(guest)
    else:
        row.open_since = row.open_since or now
    session.flush()
    return _News(guest, row, at, told, stands, subject) if subject else None


def _stand(guest: GuestRsvp, at: MirrorSession) -> Stand:
    return Stand(
        state=RsvpState(guest.state),
        kind=guest.kind,
        sequence=at.sequence,
        starts_at=at.starts_at,
        is_postponed=at.state == SessionState.POSTPONED,
    )


def _know(row: ToldGuest, stands: Stand) -> ToldGuest:
    for name in FIELDS:
        setattr(row, name, getattr(stands, name))
    row.open_since = None
    return row


def _settle(news: _News) -> None:
    """They know how their place stands, or hear it from their home."""
    _know(news.row, news.stands)
    hosting_service.drop_contact_if_done(news.guest)


def _write(session: Session, news: _News, now: dt.datetime) -> int:
    contact = hosting_service.open_contact(news.guest)
    if contact is None:
        return 0
    mail = accounts_service.post_to(
        session,
        Recipient(contact["email"], reading(contact["language"])),
        kind=f"direct-{news.subject}",
        write=lambda house: letter(session, news.guest, news.at, news.subject, news.told, contact=contact, house=house, now=now),
        now=now,
        good_until=None if news.stands.is_postponed else news.at.ends_at,
    )
    if mail is None:
        return 0
    news.row.mail_id = mail.id
    hosting_service.note_told_directly(news.guest, now)
    return 1
