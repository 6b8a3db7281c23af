"""Dates as exports write them. Day and month are told apart by the file's own dates, else somebody has to say."""

import datetime as dt
import re
from collections.abc import Iterable
from enum import StrEnum

from shared.marking import N_, Phrase
from shared.sheets.errors import DatesAmbiguous
from shared.text import harmless

FIRST_YEAR, LAST_YEAR = 1900, 2100
# A time of day after the date is what some exports add; it says nothing about the day.
_TIME = r"(?:[T ]\s*[0-9]{1,2}:[0-9]{2}.*)?"
_ISO = re.compile(rf"([0-9]{{4}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}}){_TIME}")
_DOTS = re.compile(rf"([0-9]{{1,2}})\.([0-9]{{1,2}})\.([0-9]{{4}}){_TIME}")
_SLASHES = re.compile(rf"([0-9]{{1,2}})[/-]([0-9]{{1,2}})[/-]([0-9]{{4}}){_TIME}")
_FORMS = N_("%(value)s is no date. Dates are written like 2026-03-29, 29/03/2026 or 29.03.2026.")
_YEARS = N_("%(value)s: a year from %(first)s to %(last)s is expected.")


class DateOrder(StrEnum):
    """Which comes first in dates with slashes."""

    DMY = "dmy"
    MDY = "mdy"


def order_of(cells: Iterable[tuple[int, str]]) -> DateOrder | None:
    """The order that the dates of a file show, or None where it makes no difference. The cells come with their lines.

    Raises DatesAmbiguous, naming a date that can be two days.
    """
    shown, unclear = set(), None
    for line, cell in cells:
        if (match := _SLASHES.fullmatch(cell.strip())) is None:
            continue
        first, second = int(match[1]), int(match[2])
        if first > 12:
            shown.add(DateOrder.DMY)
        elif second > 12:
            shown.add(DateOrder.MDY)
        elif first != second and unclear is None:
            unclear = line, cell.strip()
    if unclear is not None and len(shown) != 1:
        raise DatesAmbiguous(line=unclear[0], example=harmless(unclear[1], max_length=40))
    return shown.pop() if len(shown) == 1 else None


def read_date(cell: str, order: DateOrder | None) -> dt.date | None:
    """The date in a cell, None for a blank one. Without an order, one that can be only one day is still read.

    Raises ValueError with a Phrase that says what is wrong.
    """
    text = cell.strip()
    if not text:
        return None
    shown = harmless(text, max_length=40)
    if match := _ISO.fullmatch(text):
        year, month, day = match.groups()
    elif match := _DOTS.fullmatch(text):
        day, month, year = match.groups()
    elif match := _SLASHES.fullmatch(text):
        day, month, year = match.groups()
        if order is DateOrder.MDY or (order is None and int(month) > 12):
            day, month = month, day
    else:
        raise ValueError(Phrase(_FORMS, value=shown))
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise ValueError(Phrase(_YEARS, value=shown, first=FIRST_YEAR, last=LAST_YEAR))
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(Phrase(N_("%(value)s: there is no such day."), value=shown)) from None
