"""Every reader sees the same words: what people write, what attackers write, and nothing that nobody wrote."""

import datetime as dt

from shared.calendar.writer import CalendarEntry, EntryStatus, Party, calendar_file
from tests.support.calendar_lint import faults

AT = dt.datetime(2026, 11, 12, 18, tzinfo=dt.UTC)
TEXTS = (
    "Plain",
    "Comma, semicolon; colon: backslash \\ and \\n that is no line end",
    "Two\nlines\n\nand a gap",
    "Quotes \"double\" and 'single' ^n ^^",
    "Ça va? 漢字 ελληνικά",
    "👩🏽‍🚀" * 40,
    "x" * 200,
    "x" * 73 + "é" * 40,
    "<script>alert(1)</script> & <b>bold</b>",
    "x\r\nATTENDEE:mailto:eve@sample.example\r\nEND:VEVENT",
    "=1+1",
)


def entry(number, text, **changes):
    values = {"summary": text.replace("\n", " "), "description": text, "location": text} | changes
    return CalendarEntry(
        uid=f"{number}@sample.example",
        sequence=number,
        written_at=AT,
        start=AT,
        end=AT + dt.timedelta(hours=1),
        status=EntryStatus.CONFIRMED,
        zone="Europe/Rome",
        url=f"https://cube.example/happening/{number}?a=1&b=2",
        categories=("law, tax", "a;b"),
        **values,
    )


def test_every_reader_sees_the_words_as_they_were_written(read):
    """Edge cases 56, 57 and 63: separators, line ends, markup, emoji at the fold."""
    entries = [entry(number, text) for number, text in enumerate(TEXTS)]
    raw = calendar_file(entries, name="TheCube; events, and more")
    assert faults(raw) == []
    seen = read(raw)
    assert len(seen) == len(TEXTS)
    for one in entries:
        found = seen[one.uid]
        text = one.description.replace("\r\n", "\n")
        assert found["texts"] == [text.replace("\n", " "), text, text, "CONFIRMED", one.url]
        assert (found["sequence"], found["categories"]) == (one.sequence, list(one.categories))
        assert "attendee" not in found["names"]


def test_every_reader_sees_whole_days_cancellations_and_whose_it_is(read):
    """Edge case 54: a cancelled entry says so; a whole day has no hour."""
    day = dt.date(2026, 11, 12)
    party = Party("The Cube: events; «x»", "events@cube.example")
    whole = entry(1, "Open day", organiser=party, own_attendance=party)
    whole = CalendarEntry(**{**vars(whole), "start": day, "end": day + dt.timedelta(days=1), "status": EntryStatus.CANCELLED})
    found = read(calendar_file([whole]))[whole.uid]
    assert (found["start"], found["end"], found["texts"][3]) == ("2026-11-12", "2026-11-13", "CANCELLED")
    assert {"organizer", "attendee"} <= set(found["names"])
