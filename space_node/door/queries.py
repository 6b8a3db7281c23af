"""Reads at the door: our sessions of these days, and whom on the list a passport may belong to."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import paging
from shared.clock import local_date
from space_node.calendar import queries as calendar
from space_node.door import rules
from space_node.hosting import queries as hosting
from space_node.hosting.queries import Group, GuestRsvp, Held, Person
from space_node.uplink import queries as uplink


def sessions_now(session: Session, now: dt.datetime, *, search: str = "", number: int = 1) -> paging.Page[calendar.Listed]:
    """Our sessions for which the desk may need a list: those of the last days and those to come, the next one first."""
    own, zone = uplink.identity(session), uplink.own_zone(session)
    if own is None:
        return paging.cut([])
    filters = calendar.Filters(words=search, host=own.slug, first=local_date(now - rules.CLOSES_AFTER, zone))
    return calendar.upcoming(session, filters, zone=zone, now=now, number=number)


def fitting(session: Session, session_id: str, *, home: str, name: str, ref: str | None) -> list[Person]:
    """Who on the list a passport may belong to: whoever showed it before, else those of its home and name."""
    rows = hosting.rows_of(session, session_id, home=home)
    shown = [row for row in rows if ref is not None and row.passport_ref == ref]
    found = shown or [row for row in rows if rules.same_name(row.name, name)]
    names = uplink.space_names(session)
    return [hosting.person(row, names) for row in found if hosting.group_of(row) != Group.OFF]


def shown_before(session: Session, session_id: str, ref: str | None) -> GuestRsvp | None:
    """Whoever was received at a session with this passport."""
    wanted = select(GuestRsvp).where(GuestRsvp.session_id == session_id, GuestRsvp.passport_ref == ref)
    return session.scalar(wanted) if ref is not None else None


def is_offline(session: Session, now: dt.datetime) -> bool:
    """Whether the hub has not been heard of for more than a minute."""
    return rules.is_offline(uplink.hub_contact(session).last_ok_at, now)


def is_open(at: Held, now: dt.datetime) -> bool:
    """Whether people are checked in to a session of ours."""
    found = at.session
    return rules.door_is_open(state=found.state, starts_at=found.starts_at, ends_at=found.ends_at, now=now)
