"""Every reader sees the instants that were meant: thirteen awkward zones, in the weeks in which clocks change, 2026 to 2028."""

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

from icalendar import Calendar

from shared.calendar.writer import CalendarEntry, EntryStatus, calendar_file
from tests.support.calendar_lint import faults

ZONES = (
    "America/New_York",
    "Europe/London",
    "Europe/Rome",
    "Africa/Casablanca",
    "Africa/Cairo",
    "America/Nuuk",
    "Europe/Dublin",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Asia/Gaza",
    "America/Santiago",
    "Pacific/Chatham",
    "Asia/Kathmandu",
)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
FIRST, LAST = dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2029, 1, 1, tzinfo=dt.UTC)
TALK = dt.timedelta(minutes=90)


def changes(zone):
    """The days of 2026 to 2028 on which the zone's clocks change, as instants before them."""
    info, at = ZoneInfo(zone), FIRST
    while at < LAST:
        if at.astimezone(info).utcoffset() != (at + DAY).astimezone(info).utcoffset():
            yield at
        at += DAY


@cache
def starts(zone):
    """Each hour around the zone's own changes, and 18:00 on each day of the weeks in which anybody's clocks change."""
    own = {at + n * HOUR for at in changes(zone) for n in range(-2, 27)}
    days = {(at + n * DAY).date() for other in ZONES for at in changes(other) for n in range(-3, 4)}
    evenings = {dt.datetime.combine(day, dt.time(18), ZoneInfo(zone)).astimezone(dt.UTC) for day in days}
    return sorted(own | evenings)


def entries(zone, step=1):
    return [
        CalendarEntry(
            uid=f"{zone} {start:%Y%m%dT%H%M}",
            sequence=0,
            written_at=FIRST,
            start=start,
            end=start + TALK,
            summary="Talk",
            location="",
            status=EntryStatus.CONFIRMED,
            zone=zone,
        )
        for start in starts(zone)[::step]
    ]


def meant():
    shown = "%Y-%m-%dT%H:%M:%SZ"
    return {e.uid: (f"{e.start:{shown}}", f"{e.end:{shown}}") for zone in ZONES for e in entries(zone)}


@cache
def files(step=1):
    return [calendar_file(entries(zone, step), name=zone) for zone in ZONES]


def wrong(seen):
    expected = meant()
    return {uid: (entry["start"], entry["end"]) for uid, entry in seen.items() if (entry["start"], entry["end"]) != expected[uid]}


def test_the_files_have_no_fault_that_readers_forgive():
    assert [faults(raw) for raw in files()] == [[]] * len(ZONES)
    assert len(meant()) > 3000


def test_every_reader_sees_every_instant(read):
    """Edge case 51: none of them an hour off, a file for each zone."""
    seen = read(*files())
    assert seen.keys() == meant().keys()
    assert wrong(seen) == {}


def test_every_reader_believes_the_rules_in_the_file(read):
    """Edge case 51: under names that no database has, so that only the file can tell."""
    seen = read(*(raw.replace(b"TZID=", b"TZID=Own-").replace(b"TZID:", b"TZID:Own-") for raw in files(step=2)))
    assert wrong(seen) == {}


def test_every_reader_sees_every_instant_of_a_feed_of_many_zones(read):
    """Edge case 51: and with all the zones in one file."""
    raw = calendar_file([entry for zone in ZONES for entry in entries(zone, step=5)], name="The network")
    assert raw.count(b"BEGIN:VTIMEZONE") == len(ZONES)
    assert wrong(read(raw)) == {}


def test_the_readers_would_notice_rules_that_are_not_understood(read):
    """The form that a library writes by default is read wrong by two of the three: why we write our own."""
    calendar = Calendar.from_ical(calendar_file(entries("America/New_York")))
    calendar.subcomponents = [part for part in calendar.subcomponents if part.name != "VTIMEZONE"]
    calendar.add_missing_timezones()
    assert (wrong(read(calendar.to_ical())) != {}) == (read.name != "icalendar")
