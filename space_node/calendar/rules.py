"""Pure decisions about the calendar: who holds an event, what a search compares, the days of a month, whose clock differs."""

import datetime as dt
import unicodedata
from calendar import Calendar
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Any

from shared.clock import local_date, zone_info
from shared.protocol.states import CohostState, EventState, Reach, SessionState

# Seats that were told longer ago than this are said with "about".
FRESH = dt.timedelta(minutes=2)
CANCELLED_KEPT = dt.timedelta(days=30)
PAST_KEPT = dt.timedelta(days=30)
AHEAD = dt.timedelta(days=400)
MONDAY = 0


class Apart(StrEnum):
    """How far the clocks here are from those at the venue while a session lasts."""

    SAME = "same"
    CLOCK = "clock"
    DATE = "date"


class Shown(StrEnum):
    """Who finds a session in this space's calendar."""

    NOBODY = "nobody"
    PEOPLE = "people"
    ANYBODY = "anybody"


def shown_to(*, reach: Reach | str, holders: Collection[str], own: str | None, twins: Collection[str]) -> Shown:
    """Who may see an event here, and take part: an invitation to hold it together opens it to nobody yet."""
    if reach == Reach.PUBLIC:
        return Shown.ANYBODY
    open_here = reach == Reach.NETWORK or own in holders or (reach == Reach.TWINS and not set(twins).isdisjoint(holders))
    return Shown.PEOPLE if open_here else Shown.NOBODY


def search_key(text: str) -> str:
    """What is compared in a search: the same for capitals and for small letters."""
    return unicodedata.normalize("NFC", text.strip().casefold())


def holders(lead: str, cohosts: Iterable[Mapping[str, Any]]) -> list[str]:
    """The spaces that hold an event: the lead, then the co-hosts that have accepted."""
    accepted = [str(one["space"]) for one in cohosts if one["state"] == CohostState.ACCEPTED]
    return list(dict.fromkeys((lead, *accepted)))


def takes_newcomers(pool: Mapping[str, Any]) -> bool:
    """Whether somebody who comes now finds a seat: one is free, and nobody waits for it."""
    return pool["free"] is None or (pool["free"] > 0 and pool["waiting"] == 0)


def is_off(*, event: EventState | str, session: SessionState | str) -> bool:
    """Whether a session does not take place, be it the whole event that was called off."""
    return event == EventState.CANCELLED or session == SessionState.CANCELLED


def is_open(
    state: SessionState | str, *, is_off: bool, opens_at: dt.datetime | None, closes_at: dt.datetime, now: dt.datetime
) -> bool:
    """Whether seats of a session can be asked for now."""
    return state == SessionState.SCHEDULED and not is_off and (opens_at is None or opens_at <= now) and now < closes_at


def is_stale(*, last_ok_at: dt.datetime | None, fault: str | None, now: dt.datetime) -> bool:
    """Whether counts of seats may have changed since they were told: the hub has not answered lately."""
    return last_ok_at is None or fault is not None or now - last_ok_at > FRESH


def apart(starts_at: dt.datetime, ends_at: dt.datetime, *, venue: str, here: str) -> Apart:
    """Whether people here read another time of day than at the venue, or even another date."""
    if any(local_date(at, venue) != local_date(at, here) for at in (starts_at, ends_at)):
        return Apart.DATE
    there, ours = zone_info(venue), zone_info(here)
    same = all(at.astimezone(there).utcoffset() == at.astimezone(ours).utcoffset() for at in (starts_at, ends_at))
    return Apart.SAME if same else Apart.CLOCK


def weeks_of(month: dt.date) -> list[list[dt.date]]:
    """The weeks that a month's page shows, from Monday, with the days of its neighbours that fill them."""
    return Calendar(MONDAY).monthdatescalendar(month.year, month.month)


def days_of(starts_at: dt.datetime, ends_at: dt.datetime, zone: str) -> list[dt.date]:
    """The local dates that a session touches; one that ends at midnight does not touch the next."""
    first = local_date(starts_at, zone)
    last = max(first, local_date(ends_at - dt.timedelta(microseconds=1), zone))
    return [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]


def month_after(month: dt.date, count: int) -> dt.date:
    """The first day of the month so many months later, or earlier."""
    months = month.year * 12 + month.month - 1 + count
    return dt.date(months // 12, months % 12 + 1, 1)
