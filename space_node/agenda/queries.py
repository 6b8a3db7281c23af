"""Members' places as entries of their own calendars, the addresses of these, and the links by which a place is given back."""

import datetime as dt
from dataclasses import replace

from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shared.calendar.writer import CalendarEntry, EntryStatus
from shared.ids import sha256_hex
from shared.protocol.states import ACTIVE_RSVP_STATES, RsvpState
from shared.web import address_signer, public_url
from space_node.agenda import rules
from space_node.agenda.errors import FeedUnknown
from space_node.agenda.models import CalendarFeed
from space_node.calendar import queries as calendar
from space_node.rsvps import queries as rsvps
from space_node.rsvps.queries import Rsvp
from space_node.uplink import queries as uplink


def calendar_feed(session: Session, member_id: str) -> CalendarFeed | None:
    """The member's calendar address, if there is one; the secret itself is kept nowhere."""
    return session.get(CalendarFeed, member_id)


def feed_of_token(session: Session, token: str) -> CalendarFeed:
    """The calendar behind an address. Raises FeedUnknown, alike for one withdrawn and one that never was."""
    found = session.scalar(select(CalendarFeed).where(CalendarFeed.token_sha256 == sha256_hex(token.encode())))
    if found is None:
        raise FeedUnknown
    return found


def in_feed(session: Session, feed: CalendarFeed, now: dt.datetime) -> list[CalendarEntry]:
    """What stands in a member's own calendar, each session once.

    Seats that are sure, waiting ones if wished, and for a while what was a seat and is none any more.
    """
    lately = or_(Rsvp.ends_at.is_(None), Rsvp.ends_at > now - rules.KEPT)
    rows = session.scalars(select(Rsvp).where(Rsvp.member_id == feed.member_id, lately).order_by(Rsvp.asked_at, Rsvp.id))
    by_session: dict[str, list[Rsvp]] = {}
    for row in rows:
        by_session.setdefault(row.session_id, []).append(row)
    shown = []
    for same in by_session.values():
        latest = max(same, key=lambda row: (row.state in ACTIVE_RSVP_STATES, row.asked_at, row.id))
        standing, was_sure = rsvps.calendar_status(latest.state), any(row.was_sure for row in same)
        if rules.is_in_calendar(standing, was_sure=was_sure, with_waiting=feed.with_waiting):
            shown.append(_entry(session, latest, rules.steps([row.calendar_steps for row in same])))
    return shown


def entry(session: Session, rsvp: Rsvp) -> CalendarEntry:
    """A member's place as an entry of their own calendar: the join link only for who has a seat, and nobody else's name."""
    same = select(Rsvp.calendar_steps).where(Rsvp.member_id == rsvp.member_id, Rsvp.session_id == rsvp.session_id)
    return _entry(session, rsvp, rules.steps(list(session.scalars(same))))


def place_address(rsvp: Rsvp) -> str:
    """The page of a place, for its member."""
    return public_url(f"/my-events/{rsvp.id}")


def cannot_come_address(rsvp: Rsvp) -> str:
    """The address by which this one place, and nothing else, can be given back without signing in."""
    return public_url(f"/cannot-come/{_links().dumps(rsvp.id)}")


def place_of_link(session: Session, token: str) -> Rsvp | None:
    """The place that such an address is about; None for what this node has not signed."""
    try:
        rsvp_id = _links().loads(token)
    except BadSignature:
        return None
    return rsvps.by_id(session, rsvp_id)


def _entry(session: Session, rsvp: Rsvp, steps: int) -> CalendarEntry:
    found, event = calendar.session(session, rsvp.session_id), calendar.event(session, rsvp.event_id)
    standing, names = rsvps.calendar_status(rsvp.state), uplink.space_names(session)
    if found is not None and event is not None:
        known = calendar.calendar_entry(found, event, names=names, url=place_address(rsvp))
    else:
        known = _as_last_seen(rsvp, names.get(rsvp.host, rsvp.host))
    words = [*calendar.notes(found, event), event.summary] if found is not None and event is not None else []
    words += [_cannot_come_line(rsvp)] if standing is not EntryStatus.CANCELLED else []
    return replace(
        known,
        sequence=known.sequence + steps,
        written_at=max(known.written_at, rsvp.changed_at),
        status=rules.status(own=standing, everybodys=known.status),
        description="\n".join(line for line in words if line),
        conference=join_link(session, rsvp),
    )


def join_link(session: Session, rsvp: Rsvp) -> str:
    """The link by which somebody joins who has a seat, once the host has told it; empty for everybody else."""
    brief = rsvps.brief(session, rsvp) if rsvp.state == RsvpState.CONFIRMED else None
    return brief.join_url or "" if brief else ""


def _as_last_seen(rsvp: Rsvp, location: str) -> CalendarEntry:
    now = rsvp.changed_at
    return CalendarEntry(
        uid=f"{rsvp.session_id}@twindesk",
        sequence=rsvp.sequence,
        written_at=now,
        start=rsvp.starts_at or now,
        end=rsvp.ends_at or now,
        summary=rsvp.title,
        location=location,
        status=EntryStatus.CONFIRMED,
        url=place_address(rsvp),
    )


def _cannot_come_line(rsvp: Rsvp) -> str:
    return str(gettext("I can’t come: %(address)s", address=cannot_come_address(rsvp)))


def _links() -> URLSafeSerializer:
    return address_signer("cannot-come")
