"""Entries as a calendar file, read back by a library's reader, and the faults that no reader reports."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from shared.calendar.writer import CalendarEntry, EntryStatus, Method, Party, calendar_file
from tests.support.calendar_lint import faults

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
FULL = replace(
    ENTRY,
    zone="Europe/London",
    description="Bring a laptop.\nDoors at 08:45; coffee, tea.",
    url="https://cube.example/happening/1?a=1&b=2",
    conference="https://meet.example/room",
    language="en",
    categories=("design", "law, tax"),
    organiser=Party("TheCube", "events@cube.example"),
    own_attendance=Party("Ada Rossi", "ada@sample.example"),
    related_to="019ab3c0-0000-7000-8000-000000000002@twindesk",
)
# What an attacker writes into any field that takes text.
INJECTED = (
    "x\r\nATTENDEE:mailto:eve@sample.example",
    "x\nEND:VEVENT\nBEGIN:VEVENT",
    "x\rATTENDEE:mailto:eve@sample.example",
    "x\x0bATTENDEE:mailto:eve@sample.example",
    "x\u2028ATTENDEE:mailto:eve@sample.example",
    "x\x85ATTENDEE:mailto:eve@sample.example",
    "x\x00y\x07\ud800",
    'x";CN="y',
    "x:y;z,w\\",
    "\\n\\",
    "",
)
TEXT_FIELDS = ("uid", "summary", "location", "description", "url", "conference", "language", "related_to", "zone")


def read(entry):
    raw = calendar_file([entry])
    assert faults(raw) == []
    [event] = Calendar.from_ical(raw).walk("VEVENT")
    return event


@pytest.mark.parametrize(("month", "hour_in_utc"), [(1, 9), (7, 8)])
def test_an_instant_is_the_same_minute_in_winter_and_in_summer(month, hour_in_utc):
    start = dt.datetime(2026, month, 15, 9, tzinfo=LONDON)
    event = read(replace(ENTRY, start=start, end=start + dt.timedelta(hours=9)))
    assert event.decoded("dtstart") == dt.datetime(2026, month, 15, hour_in_utc, tzinfo=dt.UTC)
    assert event.decoded("dtend") - event.decoded("dtstart") == dt.timedelta(hours=9)
    assert f"DTSTART:2026{month:02}15T{hour_in_utc:02}0000Z".encode() in calendar_file([replace(ENTRY, start=start)])


def test_what_was_written_is_read_back():
    event = read(ENTRY)
    names = ("uid", "sequence", "summary", "location", "status")
    assert [event[name] for name in names] == [ENTRY.uid, 2, ENTRY.summary, ENTRY.location, "CONFIRMED"]
    assert event.decoded("dtstamp") == ENTRY.written_at


def test_days_without_hours_are_whole_days():
    event = read(replace(ENTRY, start=dt.date(2026, 11, 12), end=dt.date(2026, 11, 13)))
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (dt.date(2026, 11, 12), dt.date(2026, 11, 13))


def test_an_entry_says_what_it_is():
    event = read(FULL)
    assert event["description"] == FULL.description
    assert event["categories"].cats == ["design", "law, tax"]
    assert (event["url"], event["conference"], event["related-to"]) == (FULL.url, FULL.conference, FULL.related_to)
    assert (event["organizer"], event["organizer"].params["CN"]) == ("mailto:events@cube.example", "TheCube")
    assert (event["attendee"], event["attendee"].params["PARTSTAT"]) == ("mailto:ada@sample.example", "ACCEPTED")
    assert event["summary"].params["LANGUAGE"] == "en"
    assert read(replace(FULL, status=EntryStatus.TENTATIVE))["attendee"].params["PARTSTAT"] == "TENTATIVE"


def test_an_entry_in_a_zone_shows_its_wall_time_with_the_rules_of_the_zone():
    raw = calendar_file([FULL])
    assert b"DTSTART;TZID=Europe/London:20261112T090000\r\n" in raw
    assert raw.count(b"BEGIN:VTIMEZONE") == 1
    assert read(FULL).decoded("dtstart") == ENTRY.start


def test_a_wall_time_that_comes_twice_is_written_in_utc():
    """Edge case 44: 01:30 comes twice in New York on 2026-11-01, and readers disagree on which is meant."""
    for hour, line in ((5, b"DTSTART:20261101T053000Z"), (6, b"DTSTART:20261101T063000Z"), (7, b"York:20261101T020000")):
        start = dt.datetime(2026, 11, 1, hour, 30 if hour < 7 else 0, tzinfo=dt.UTC)
        entry = replace(FULL, zone="America/New_York", start=start, end=start + dt.timedelta(minutes=20))
        assert line in calendar_file([entry])
        assert [read(entry).decoded(name).astimezone(dt.UTC) for name in ("dtstart", "dtend")] == [entry.start, entry.end]


def test_an_event_over_the_night_of_the_change_lasts_as_long_as_it_does():
    """Edge case 45: from 22:00 to 06:00 in Rome is nine hours on the night that has 25."""
    start = dt.datetime(2026, 10, 24, 20, tzinfo=dt.UTC)
    event = read(replace(FULL, zone="Europe/Rome", start=start, end=start + dt.timedelta(hours=9)))
    begins, ends = event.decoded("dtstart"), event.decoded("dtend")
    assert (begins.hour, ends.hour) == (22, 6)
    assert ends.astimezone(dt.UTC) - begins.astimezone(dt.UTC) == dt.timedelta(hours=9)


@pytest.mark.parametrize("injected", INJECTED)
@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_text_stays_text_whatever_it_says(field, injected):
    """Edge case 56: no field can add a line, and an entry that tries does not take the others down."""
    hostile = replace(FULL, own_attendance=None, **{field: injected})
    raw = calendar_file([ENTRY, hostile, FULL], name=injected)
    assert faults(raw) == []
    assert raw.count(b"\r\nBEGIN:VEVENT\r\n") == 3
    assert raw.count(b"\r\nATTENDEE") == 1


@pytest.mark.parametrize("injected", INJECTED)
def test_a_name_stays_a_name_and_an_address_an_address(injected):
    """Edge case 56: the same for whoever organises or attends."""
    party = Party(injected, f"{injected}@sample.example")
    raw = calendar_file([replace(FULL, organiser=party, own_attendance=Party(injected, "ada@sample.example"))])
    assert faults(raw) == []
    assert raw.count(b"\r\nATTENDEE") == 1


def test_categories_stay_a_list_of_words():
    """Edge case 56: and each of the words."""
    assert faults(calendar_file([replace(FULL, categories=INJECTED)])) == []


@pytest.mark.parametrize("shift", range(0, 80, 3))
def test_lines_are_folded_between_characters(shift):
    """Edge case 57: an emoji at the fold stays whole."""
    entry = replace(FULL, summary="x" * shift + "👩🏽‍🚀é漢" * 30)
    assert read(entry)["summary"] == entry.summary


def test_the_same_entries_are_the_same_bytes_and_a_feed_says_how_often_to_ask():
    """Edge case 59: nothing of the moment of writing is in a file."""
    feed = [calendar_file([FULL, ENTRY], name="TheCube", refresh=dt.timedelta(hours=1)) for _ in range(2)]
    assert feed[0] == feed[1]
    calendar = Calendar.from_ical(feed[0])
    assert (calendar["name"], calendar["x-wr-calname"], str(calendar["refresh-interval"].to_ical(), "ascii")) == (
        "TheCube",
        "TheCube",
        "PT1H",
    )
    assert "method" not in calendar
    assert Calendar.from_ical(calendar_file([FULL], method=Method.CANCEL))["method"] == "CANCEL"


def test_a_file_without_entries_is_a_calendar():
    assert faults(calendar_file([], name="TheCube")) == []
