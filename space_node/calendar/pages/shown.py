"""What both calendars show: a list or a month of sessions, and one event with all of them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from flask import request

from shared.clock import current_clock, local_date
from shared.errors import Invalid
from shared.protocol.states import SessionMode
from shared.schemas import load
from shared.ui import FormView, state_label
from shared.ui.filters import language_word
from space_node.calendar import queries, rules
from space_node.calendar.schemas import EventsQuery
from space_node.db import db
from space_node.uplink import queries as uplink

DAY_ROWS = 3
FILTERS = ("q", "city", "language", "topic", "mode", "host", "open", "since", "until")


@dataclass(frozen=True)
class SessionView:
    """One session as a page shows it: with its seats, its host's name, and how far the reader's clocks are from the venue's."""

    session: queries.MirrorSession
    event: queries.MirrorEvent
    seats: queries.MirrorSeats | None
    host_name: str
    apart: rules.Apart
    is_off: bool
    is_over: bool
    now: dt.datetime
    relayed: queries.MirrorSession | None
    relayed_name: str

    @property
    def is_open(self) -> bool:
        """Whether its seats can be asked for now."""
        at = self.session
        return rules.is_open(at.state, is_off=self.is_off, opens_at=at.opens_at, closes_at=at.closes_at, now=self.now)


def calendar(*, public: bool) -> tuple[dict[str, Any], int]:
    """What the address asks for, as the template takes it, and the status; wrong filters are shown with what is wrong."""
    status = 200
    try:
        wanted = load(EventsQuery, request.args)
        form = FormView({**request.args.to_dict(), "q": wanted["q"]})
    except Invalid as refusal:
        wanted, form, status = load(EventsQuery, {}), FormView.refused(refusal, request.args), 422
    session, now = db.session(), current_clock().now()
    zone, contact, named = uplink.own_zone(session), uplink.hub_contact(session), uplink.space_names(session)
    filters = queries.Filters(
        words=wanted["q"],
        city=wanted["city"],
        language=wanted["language"],
        topic=wanted["topic"],
        mode=wanted["mode"],
        host=wanted["host"] or "",
        open_to_me=wanted["open"],
        first=wanted["since"],
        last=wanted["until"],
        public=public,
    )
    shown = {
        "form": form,
        "view": wanted["view"],
        "own_zone": zone,
        "names": named,
        "contact": contact,
        "stale": rules.is_stale(last_ok_at=contact.last_ok_at, fault=contact.last_fault, now=now),
        "joined": uplink.identity(session) is not None,
        "options": _options(queries.choices(session, now=now, public=public), named),
        "filtered": sum(bool(wanted[name]) for name in FILTERS),
        "today": local_date(now, zone),
    }
    more = _month if wanted["view"] == "month" else _list
    return shown | more(filters, wanted, named), status


def event_page(event: queries.MirrorEvent) -> dict[str, Any]:
    """One event with all its sessions, as the template takes it."""
    session, now = db.session(), current_clock().now()
    contact, named = uplink.hub_contact(session), uplink.space_names(session)
    rows, seats = queries.sessions_of(session, event.id), queries.seats_of(session, event.id)
    listed = [queries.Listed(row, event, seats.get(row.id)) for row in rows]
    return {
        "event": event,
        "holders": sorted(queries.holders(session, event.id), key=lambda slug: (slug != event.lead, named.get(slug, slug))),
        "sessions": views(listed, named),
        "names": named,
        "own_zone": uplink.own_zone(session),
        "contact": contact,
        "stale": rules.is_stale(last_ok_at=contact.last_ok_at, fault=contact.last_fault, now=now),
    }


def views(listed: list[queries.Listed], named: Mapping[str, str]) -> list[SessionView]:
    """Sessions as a page shows them; a relay with the session that it follows, where that is among them."""
    here, now = uplink.own_zone(db.session()), current_clock().now()
    by_id = {one.session.id: one.session for one in listed}
    return [
        SessionView(
            session=one.session,
            event=one.event,
            seats=one.seats,
            host_name=named.get(one.session.host, one.session.host),
            apart=rules.apart(one.session.starts_at, one.session.ends_at, venue=one.session.zone, here=here),
            is_off=rules.is_off(event=one.event.state, session=one.session.state),
            is_over=one.session.ends_at <= now,
            now=now,
            relayed=(source := by_id.get(one.session.relay_of or "")),
            relayed_name=named.get(source.host, source.host) if source else "",
        )
        for one in listed
    ]


def _options(found: queries.Choices, named: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer, as values with their words."""
    return {
        "city": [(city, city) for city in found.cities],
        "topic": [(topic, topic) for topic in found.topics],
        "language": sorted(((code, language_word(code)) for code in found.languages), key=itemgetter(1)),
        "mode": [(mode, state_label(mode).text) for mode in SessionMode],
        "host": sorted(((slug, named.get(slug, slug)) for slug in found.hosts), key=itemgetter(1)),
    }


def _list(filters: queries.Filters, wanted: Mapping[str, Any], named: Mapping[str, str]) -> dict[str, Any]:
    session, now = db.session(), current_clock().now()
    page = queries.upcoming(session, filters, zone=uplink.own_zone(session), now=now, number=wanted["page"])
    return {"page": page, "rows": views(page.rows, named)}


def _month(filters: queries.Filters, wanted: Mapping[str, Any], _named: Mapping[str, str]) -> dict[str, Any]:
    session, now = db.session(), current_clock().now()
    zone = uplink.own_zone(session)
    month = (wanted["month"] or local_date(now, zone)).replace(day=1)
    days = queries.in_month(session, filters, month, zone=zone, now=now)
    return {
        "month": month,
        "before": rules.month_after(month, -1),
        "after": rules.month_after(month, 1),
        "weeks": [[(day, days[day]) for day in week] for week in rules.weeks_of(month)],
        "in_month": sum(
            1 for day, glances in days.items() if (day.year, day.month) == (month.year, month.month) for _ in glances
        ),
        "day_rows": DAY_ROWS,
    }
