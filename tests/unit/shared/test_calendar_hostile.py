"""Files that mean harm, or are simply broken: each has its answer, and takes nothing down but itself."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar import lines
from shared.calendar.errors import CalendarRefused
from shared.calendar.reader import read_calendar
from tests.support.calendars import WINDOW, event, file, read

SOUND = event("UID:sound@other.example", "SUMMARY:Sound")
POISON = """BEGIN:VTIMEZONE\r
TZID:America/New_York\r
BEGIN:STANDARD\r
DTSTART:19700101T000000\r
TZOFFSETFROM:+1200\r
TZOFFSETTO:+1200\r
TZNAME:BAD\r
END:STANDARD\r
END:VTIMEZONE\r
"""
IN_NEW_YORK = event("DTSTART;TZID=America/New_York:20261112T180000", "DURATION:PT1H", but=("DTEND",))

# What is wrong with one entry, and how the reader says so.
FAULTY = {
    "no uid": (event(but=("UID",)), "no UID"),
    "empty uid": (event("UID: "), "no UID"),
    "endless uid": (event("UID:" + "x" * 300), "no UID"),
    "no beginning": (event(but=("DTSTART",)), "no beginning"),
    "no time": (event("DTSTART:tomorrow"), "is no time"),
    "no such day": (event("DTSTART:20260230T180000Z"), "no such time"),
    "leap second": (event("DTSTART:20261231T235960Z"), "no such time"),
    "year of no time": (event("DTSTART:99991231T235959Z"), "year from"),
    "long ago": (event("DTSTART:00010101T000000Z", "RRULE:FREQ=DAILY"), "year from"),
    "unknown zone": (event("DTSTART;TZID=Mars/Olympus:20261112T180000"), "time zone"),
    "zone as a path": (event("DTSTART;TZID=../../etc/passwd:20261112T180000"), "time zone"),
    "zone without a name": (event("DTSTART;TZID=:20261112T180000"), "time zone"),
    "ends before": (event("DTEND:20261111T180000Z"), "ends before"),
    "lasts for ever": (event("DURATION:P9999W", but=("DTEND",)), "longer than a year"),
    "negative length": (event("DURATION:-PT1H", but=("DTEND",)), "no length"),
    "empty length": (event("DURATION:P", but=("DTEND",)), "no length"),
    "half a day": (event("DTSTART;VALUE=DATE:20261112"), "only one is a whole day"),
    "secondly": (event("RRULE:FREQ=SECONDLY"), "in a way that is not taken"),
    "minutely": (event("RRULE:FREQ=MINUTELY;COUNT=3"), "in a way that is not taken"),
    "by the second": (event("RRULE:FREQ=DAILY;BYHOUR=1,2,3;BYSECOND=1,2,3"), "in a way that is not taken"),
    "no frequency": (event("RRULE:COUNT=3"), "in a way that is not taken"),
    "rule of nothing": (event("RRULE:"), "in a way that is not taken"),
    "no interval": (event("RRULE:FREQ=DAILY;INTERVAL=0"), "damaged"),
    "huge count": (event("RRULE:FREQ=DAILY;COUNT=99999999999999999999"), "damaged"),
    "negative count": (event("RRULE:FREQ=DAILY;COUNT=-1"), "damaged"),
    "no weekday": (event("RRULE:FREQ=WEEKLY;BYDAY=XX"), "damaged"),
    "no first day of a week": (event("RRULE:FREQ=WEEKLY;WKST=XX"), "damaged"),
    "second monday of a week": (event("RRULE:FREQ=WEEKLY;BYDAY=2MO"), "in a way that is not taken"),
    "any monday of a year": (event("RRULE:FREQ=YEARLY;BYDAY=1MO"), "in a way that is not taken"),
    "month from the end": (event("RRULE:FREQ=YEARLY;BYMONTH=-1"), "in a way that is not taken"),
    "no month": (event("RRULE:FREQ=YEARLY;BYMONTH=13"), "damaged"),
    "no end": (event("RRULE:FREQ=DAILY;UNTIL=never"), "is no time"),
    "two rules": (event("RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"), "more than one rule"),
    "rule of exceptions": (event("RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY"), "more than one rule"),
    "too many dates": (
        event("RDATE:" + ",".join(f"202611{day:02}T{hour:02}0000Z" for day in range(1, 29) for hour in range(14))),
        "too often",
    ),
    "all later ones": (event("RECURRENCE-ID;RANGE=THISANDFUTURE:20261112T180000Z"), "all later times"),
    "long line": (event("DESCRIPTION:" + "x" * 9000), "longer than"),
    "nul": (event("SUMMARY:a\x00b"), "cannot be seen"),
    "escape": (event("SUMMARY:a\x1b[31mb"), "cannot be seen"),
    "private": (event("CLASS:PRIVATE"), "private"),
    "a line of none": (event("this is no line of a calendar"), "none of a calendar"),
    "endless name": (event("X" * 100 + ":1"), "none of a calendar"),
    "no end of a quote": (event('DTSTART;TZID="Europe/Rome:20261112T180000'), "none of a calendar"),
    "nested": ("BEGIN:VTODO\r\n" + event() + "END:VTODO\r\n", "inside another part"),
    "one in another": (event().replace("END:VEVENT\r\n", ""), "does not end"),
    "wrong end": (event().replace("END:VEVENT", "END:VTODO"), "does not end"),
}


@pytest.mark.parametrize(("part", "reason"), FAULTY.values(), ids=FAULTY)
def test_an_entry_that_cannot_be_read_is_told_and_leaves_the_others_alone(part, reason):
    """Edge cases 56, 61 and 62: one fault for it, and the sound entry behind it comes out."""
    found = read(part, SOUND)
    assert [entry.summary for entry in found.entries] == ["Sound"]
    [fault] = found.faults
    assert reason in fault.reason
    assert fault.summary.isprintable()


def test_an_alarm_that_does_not_end_takes_nothing_from_its_entry():
    found = read(event("SUMMARY:Rung", "BEGIN:VALARM", "TRIGGER:-PT15M"), SOUND)
    assert ([entry.summary for entry in found.entries], found.faults) == (["Rung", "Sound"], [])


WHOLE = {
    "nothing": b"",
    "only a name": b"BEGIN",
    "a web page": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
    "another format": b"BEGIN:VCARD\r\nVERSION:4.0\r\nEND:VCARD\r\n",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
    "a spreadsheet": b"PK\x03\x04" + bytes(100),
    "nothing but nul": bytes(5000),
    "two encodings": file(event("SUMMARY:" + "é" * 40)).replace(b"UID:1", b"UID:\xff\xfe\xfd1"),
    "too large": file(event("DESCRIPTION:" + "x" * 10 * 1024 * 1024)),
    "too many": file(*[event() for _ in range(lines.MAX_ENTRIES + 1)])[: lines.MAX_BYTES],
    "too deep": file("BEGIN:X\r\n" * 10_000 + "END:X\r\n" * 10_000),
}


@pytest.mark.parametrize("raw", WHOLE.values(), ids=WHOLE)
def test_what_is_no_calendar_is_refused_as_a_whole(raw):
    """Edge case 62: also ten megabytes in one line, and ten thousand parts in one another."""
    with pytest.raises(CalendarRefused):
        read_calendar(raw, WINDOW)


def test_rules_in_a_file_are_not_believed():
    """Edge case 61: a zone that says of itself that it lies elsewhere moves neither its own events nor those of another file."""
    times = [read(part).entries[0].occurrences for part in (POISON + IN_NEW_YORK, IN_NEW_YORK)]
    assert times[0] == times[1]
    assert times[0][0].start == dt.datetime(2026, 11, 12, 23, tzinfo=dt.UTC)
    unknown = POISON.replace("America/New_York", "Own/Zone") + IN_NEW_YORK.replace("America/New_York", "Own/Zone")
    assert "time zone" in read(unknown).faults[0].reason


def test_a_series_without_end_is_as_long_as_the_window():
    """Edge case 62: a rule that never ends gives a year, and one that gives more is told."""
    assert len(read(event("RRULE:FREQ=DAILY")).entries[0].occurrences) == 324
    found = read(*[event(f"UID:{n}", "RRULE:FREQ=DAILY") for n in range(40)])
    assert len(found.entries) == 30
    assert {fault.reason for fault in found.faults} == {"It repeats too often."}


def test_what_cannot_be_seen_is_left_behind():
    """Edge cases 56 and 57: signs that reorder or hide what stands beside them."""
    [entry] = read(
        event("SUMMARY:Talk\u202e\u200b on\u2028law", "LOCATION:Via Roma\\n\u2066 3", "CATEGORIES:a\u200bb,,a b, ")
    ).entries
    assert (entry.summary, entry.location, entry.categories) == ("Talk on law", "Via Roma\n3", ("a b",))


PIECES = st.sampled_from(
    [
        *("BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VALARM", "END:VALARM", "BEGIN:", "END"),
        *("UID:1", "UID:2", "SEQUENCE:1", "SEQUENCE:-1", "DTSTART:20261112T180000Z", "DTSTART;TZID=Europe/Rome:20261112T020000"),
        *(
            "DTSTART;VALUE=DATE:20261112",
            "DTEND:20261112T190000Z",
            "DURATION:PT1H",
            "RRULE:FREQ=WEEKLY;BYDAY=MO,FR",
            "STATUS:CANCELLED",
        ),
        *(
            "RRULE:FREQ=MONTHLY;BYDAY=-1SU;UNTIL=20270101",
            "EXDATE:20261112T180000Z",
            "RDATE:20261113",
            "RECURRENCE-ID:20261112T180000Z",
        ),
        *("SUMMARY:x\\", "DESCRIPTION:<b>", " folded", "\tfolded", "", ";", ":", "CLASS:", 'X;Y="', "URL:https://x.example"),
    ]
)


@given(st.lists(PIECES, max_size=40), st.binary(max_size=20), st.integers(0, 500))
def test_whatever_a_file_holds_it_is_read_or_refused(pieces, noise, at):
    """No file ends in anything but an answer."""
    text = "\r\n".join(["BEGIN:VCALENDAR", *pieces]).encode()
    for raw in (text, text[:at] + noise + text[at:]):
        try:
            found = read_calendar(raw, WINDOW)
        except CalendarRefused:
            continue
        assert all(one.start <= one.end for entry in found.entries for one in entry.occurrences)
