"""What the pages of taking part show of one place as it stands."""

import datetime as dt
from typing import Any

from flask_babel import ngettext

from shared.clock import current_clock
from shared.protocol.boxes import STARS_MAX, Notice
from shared.protocol.states import RsvpReason, RsvpState
from shared.schemas import load
from shared.ui import FormView, state_label
from space_node.calendar import queries as calendar
from space_node.db import db
from space_node.rsvps import queries, rules
from space_node.rsvps.queries import Rsvp
from space_node.uplink import queries as uplink


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
        "may_look": queries.may_look(session, rsvp.event_id),
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
        "opens_at": queries.opens_at(session, rsvp, now),
        "open_to": rules.open_to(stands),
        "other_kind": rules.other_kind(stands),
        "giving_back": queries.giving_back(session, rsvp, now),
        "may_share": rules.may_share(state=state, attendee_list=attendee_list, ends_at=rsvp.ends_at, now=now),
        "may_allow": rules.may_allow_writing(
            state=state, at_home=rsvp.host == uplink.own_slug(session), ends_at=rsvp.ends_at, now=now
        ),
        "may_tell": rules.may_tell(state=state, ends_at=rsvp.ends_at, given=rsvp.feedback_at is not None, now=now),
        "stars": [(count, ngettext("%(num)s star", "%(num)s stars", count)) for count in range(1, STARS_MAX + 1)],
        "form": form or FormView(),
    }
    return about | {"about": about}


def _known(rsvp: Rsvp) -> tuple[calendar.MirrorSession | None, calendar.MirrorEvent | None, queries.MirrorBrief | None]:
    session = db.session()
    return calendar.session(session, rsvp.session_id), calendar.event(session, rsvp.event_id), queries.brief(session, rsvp)


def _notices(told: list[dict[str, Any]]) -> list[tuple[dt.datetime, str]]:
    """When the host said what, the latest first."""
    read = (load(Notice, one) for one in told)
    return sorted(((one["at"], one["text"]) for one in read), reverse=True)
