"""One entry as a calendar file, read back by a library that did not write it."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from shared.calendar_file import CalendarEntry, EntryStatus, calendar_file

LONDON = ZoneInfo("Europe/London")
ENTRY = CalendarEntry(
    uid="019ab3c0-0000-7000-8000-000000000001@twindesk",
    sequence=2,
    written_at=dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC),
    start=dt.datetime(2026, 11, 12, 9, tzinfo=LONDON),
    end=dt.datetime(2026, 11, 12, 18, tzinfo=LONDON),
    summary="Desk at TheCube",
    location="Studio 5, London",
    status=EntryStatus.CONFIRMED,
)


def read(entry):
    [event] = Calendar.from_ical(calendar_file(entry)).walk("VEVENT")
    return event


@pytest.mark.parametrize(("month", "hour_in_utc"), [(1, 9), (7, 8)])
def test_an_instant_is_the_same_minute_in_winter_and_in_summer(month, hour_in_utc):
    start = dt.datetime(2026, month, 15, 9, tzinfo=LONDON)
    event = read(replace(ENTRY, start=start, end=start + dt.timedelta(hours=9)))
    assert event.decoded("dtstart") == dt.datetime(2026, month, 15, hour_in_utc, tzinfo=dt.UTC)
    assert event.decoded("dtend") - event.decoded("dtstart") == dt.timedelta(hours=9)
    assert f"DTSTART:2026{month:02}15T{hour_in_utc:02}0000Z".encode() in calendar_file(replace(ENTRY, start=start))


def test_what_was_written_is_read_back():
    event = read(ENTRY)
    names = ("uid", "sequence", "summary", "location", "status")
    assert [event[name] for name in names] == [ENTRY.uid, 2, ENTRY.summary, ENTRY.location, "CONFIRMED"]
    assert event.decoded("dtstamp") == ENTRY.written_at


def test_days_without_hours_are_whole_days():
    event = read(replace(ENTRY, start=dt.date(2026, 11, 12), end=dt.date(2026, 11, 13)))
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (dt.date(2026, 11, 12), dt.date(2026, 11, 13))


def test_text_stays_text_whatever_it_says():
    foreign = "Desk\r\nATTENDEE:mailto:eve@sample.example\r\nEND:VEVENT; comma, semicolon"
    event = read(replace(ENTRY, summary=foreign, location=""))
    assert "attendee" not in event
    assert "location" not in event
    assert event["summary"].replace("\r\n", "\n") == foreign.replace("\r\n", "\n")
