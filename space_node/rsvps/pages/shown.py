"""What the pages of taking part show: one place as it stands, and the same as an entry of a calendar."""

import datetime as dt
from dataclasses import replace
from typing import Any

from flask import abort, current_app, url_for
from flask_babel import gettext, ngettext
from itsdangerous import BadSignature, URLSafeSerializer

from shared.calendar.writer import CalendarEntry, EntryStatus
from shared.clock import current_clock
from shared.protocol.boxes import STARS_MAX, Notice
from shared.protocol.states import RsvpReason, RsvpState
from shared.schemas import load
from shared.signin import current_session
from shared.ui import FormView, state_label
from shared.web import public_url
from space_node.calendar import queries as calendar
from space_node.db import db
from space_node.members import queries as members
from space_node.rsvps import queries, rules
from space_node.rsvps.queries import Rsvp
from space_node.rsvps.rules import Standing
from space_node.uplink import queries as uplink


def this_member() -> members.Member:
    """The signed-in member."""
    return signed_in_member() or abort(404)


def signed_in_member() -> members.Member | None:
    """The member who looks, if it is one."""
    signed_in = current_session()
    return members.of_account(db.session(), signed_in.account.account_id) if signed_in else None


def place(rsvp: Rsvp, *, form: FormView | None = None) -> dict[str, Any]:
    """One place, as its own page takes it."""
    session, now = db.session(), current_clock().now()
    found, event, brief = _known(rsvp)
    names = uplink.space_names(session)
    state, stands = rsvp.state, queries.place(session, rsvp, now)
    attendee_list = event.attendee_list if event else ""
    sees_people = brief is not None and rules.sees_people(state=state, shares=rsvp.shares)
    about: dict[str, Any] = {
        "rsvp": rsvp,
        "session": found,
        "event": event,
        "host_name": names.get(rsvp.host, rsvp.host),
        "own_zone": uplink.own_zone(session),
        "contact": uplink.hub_contact(session),
        "brief": brief,
        "notices": _notices(brief.notices) if brief else [],
        "attendees": [(one["name"], names.get(one["home"], one["home"])) for one in brief.attendees]
        if brief and sees_people
        else [],
        "waits": rsvp.pressed is not None or state == RsvpState.ASKED,
        "no": state_label(rsvp.reason, RsvpReason.__name__).text if rsvp.reason in set(RsvpReason) else "",
        "open_to": rules.open_to(stands),
        "other_kind": rules.other_kind(stands),
        "costs": rsvp.price_credits * rsvp.party if found and _is_late(rsvp, found, now) else 0,
        "may_share": rules.may_share(state=state, attendee_list=attendee_list, ends_at=rsvp.ends_at, now=now),
        "may_tell": rules.may_tell(state=state, ends_at=rsvp.ends_at, given=rsvp.feedback_at is not None, now=now),
        "stars": [(count, ngettext("%(num)s star", "%(num)s stars", count)) for count in range(1, STARS_MAX + 1)],
        "form": form or FormView(),
    }
    return about | {"about": about}


def entry(rsvp: Rsvp, *, steps: int) -> CalendarEntry:
    """A member's place as an entry of their own calendar: the join link only for who has a seat, and nobody else's name."""
    found, event, brief = _known(rsvp)
    standing, names = rules.calendar_status(rsvp.state), uplink.space_names(db.session())
    address = public_url(url_for("rsvps.detail", rsvp_id=rsvp.id))
    if found is not None and event is not None:
        known = calendar.calendar_entry(found, event, names=names, url=address)
    else:
        known = _as_last_seen(rsvp, address, names.get(rsvp.host, rsvp.host))
    # What is called off or postponed is so for everybody, however sure the seat is.
    status = EntryStatus(standing) if known.status is EntryStatus.CONFIRMED else known.status
    words = [event.summary if event else "", *([_cannot_come_line(rsvp)] if standing is not Standing.OFF else [])]
    return replace(
        known,
        sequence=known.sequence + steps,
        written_at=max(known.written_at, rsvp.changed_at),
        status=status,
        description="\n".join(line for line in words if line),
        conference=brief.join_url or "" if brief and rsvp.state == RsvpState.CONFIRMED else "",
    )


def cannot_come_address(rsvp: Rsvp) -> str:
    """The address by which this one place, and nothing else, can be given back without signing in."""
    return public_url(url_for("rsvp_links.cannot_come", token=_links().dumps(rsvp.id)))


def place_of_link(token: str) -> Rsvp | None:
    """The place that such an address is about; None for what this node has not signed."""
    try:
        rsvp_id = _links().loads(token)
    except BadSignature:
        return None
    return queries.by_id(db.session(), rsvp_id)


def _known(rsvp: Rsvp) -> tuple[calendar.MirrorSession | None, calendar.MirrorEvent | None, queries.MirrorBrief | None]:
    session = db.session()
    return calendar.session(session, rsvp.session_id), calendar.event(session, rsvp.event_id), queries.brief(session, rsvp)


def _is_late(rsvp: Rsvp, found: calendar.MirrorSession, now: dt.datetime) -> bool:
    return rsvp.state == RsvpState.CONFIRMED and rules.is_late(
        closes_at=found.closes_at, starts_at=found.starts_at, seated_at=rsvp.changed_at, now=now
    )


def _notices(told: list[dict[str, Any]]) -> list[tuple[dt.datetime, str]]:
    """When the host said what, the latest first."""
    read = (load(Notice, one) for one in told)
    return sorted(((one["at"], one["text"]) for one in read), reverse=True)


def _cannot_come_line(rsvp: Rsvp) -> str:
    return str(gettext("I can't come: %(address)s", address=cannot_come_address(rsvp)))


def _as_last_seen(rsvp: Rsvp, address: str, location: str) -> CalendarEntry:
    now = rsvp.changed_at
    return CalendarEntry(
        uid=f"{rsvp.session_id}@twindesk",
        sequence=0,
        written_at=now,
        start=rsvp.starts_at or now,
        end=rsvp.ends_at or now,
        summary=rsvp.title,
        location=location,
        status=EntryStatus.CONFIRMED,
        url=address,
    )


def _links() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="cannot-come")
