"""Calendar files that are made to take for ever: the limits of the reader hold together, so that none of them does."""

import time

import pytest

from shared.calendar import lines
from shared.calendar.reader import read_calendar
from tests.support.calendars import WINDOW, event, file

WEEKDAYS = ",".join(["MO", "TU", "WE", "TH", "FR", "SA", "SU"] * 300)


def bombs():
    daily = "RRULE:FREQ=DAILY;COUNT=999999"
    old = ("DTSTART:19700101T000000Z", "DURATION:PT1H")
    yield "each day since 1970", [event(f"UID:{n}", *old, daily, but=("DTEND",)) for n in range(1500)]
    yield (
        "never",
        [event(f"UID:{n}", *old, "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=9", but=("DTEND",)) for n in range(1500)],
    )
    yield (
        "every weekday, often said",
        [event(f"UID:{n}", *old, f"RRULE:FREQ=MONTHLY;COUNT=9999;BYDAY={WEEKDAYS}", but=("DTEND",)) for n in range(150)],
    )
    yield "a year of days each", [event(f"UID:{n}", "RRULE:FREQ=DAILY") for n in range(2000)]
    yield "folds", ["BEGIN:VEVENT\r\nDESCRIPTION:x" + "\r\n x" * 250_000 + "\r\nEND:VEVENT\r\n"]
    yield "parameters", ["BEGIN:VEVENT\r\nDESCRIPTION" + ";A=b" * 250_000 + ":x\r\nEND:VEVENT\r\n"]
    yield "quotes", ["BEGIN:VEVENT\r\nDESCRIPTION" + ';A="' * 200_000 + ":x\r\nEND:VEVENT\r\n"]
    yield "commas", ["BEGIN:VEVENT\r\nDTSTART;A=" + "," * 1_000_000 + "\r\nEND:VEVENT\r\n"]
    yield "exceptions", [event(*["EXDATE:" + ",".join(["20261112T180000Z"] * 400)] * 140, "RRULE:FREQ=DAILY")]
    yield "tags", [event("DESCRIPTION:" + "<p>" * 2700, f"UID:{n}") for n in range(100)]
    yield "open tags", [event("DESCRIPTION:<p>" + "<a <" * 2000, f"UID:{n}") for n in range(100)]
    yield "marks on a letter", [event("SUMMARY:" + "a" + "\u0301" * 3000 + "\u202e", f"UID:{n}") for n in range(100)]
    yield "lines of nothing", ["\r\n" * 500_000]


@pytest.mark.parametrize("parts", [pytest.param(parts, id=name) for name, parts in bombs()])
def test_a_bomb_does_not_go_off(parts):
    """Edge case 62: the limits hold together, so that no file takes long."""
    raw = file(*parts)
    assert len(raw) <= lines.MAX_BYTES
    began = time.process_time()
    found = read_calendar(raw, WINDOW)
    assert time.process_time() - began < 5
    assert sum(len(entry.occurrences) for entry in found.entries) <= 10_000
