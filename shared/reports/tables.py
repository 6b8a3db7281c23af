"""The report of a quarter: who came by home space, to events and to desks. A node and the hub make it alike."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from shared.reports.quarters import Quarter
from shared.reports.small_cells import Report, report
from shared.sheets.writer import csv_file

CAME, STAYED_AWAY = 0, 1
# Statistical offices mark so what they do not tell.
NOT_TOLD = "*"
# No short name of a space looks like these.
OTHERS, ALL = "~others", "~all"
QUARTERS_SHOWN = 8


class Attendance(NamedTuple):
    """What is counted in a quarter: sessions held, and who came or did not by home, to sessions and to desks."""

    sessions_count: int
    events: Mapping[str, Sequence[int]]
    stays: Mapping[str, Sequence[int]]


class QuarterReport(NamedTuple):
    """What may be told of it."""

    quarter: Quarter
    sessions_count: int
    events: Report
    stays: Report


def tally(rows: Iterable[tuple[str | None, bool, int]]) -> dict[str, list[int]]:
    """Counts by home: of rows of a home, whether they came, and how many they were. Whose home is not known is one of others."""
    found: dict[str, list[int]] = {}
    for home, came, count in rows:
        found.setdefault(home or "", [0, 0])[CAME if came else STAYED_AWAY] += count
    return found


def make(quarter: Quarter, counted: Attendance) -> QuarterReport:
    """Hide what would be too small."""
    events, stays = (_told(tuple((home, *row) for home, row in table.items())) for table in (counted.events, counted.stays))
    return QuarterReport(quarter, counted.sessions_count, events, stays)


# A quarter that is told has ended, so the same numbers come again whenever somebody looks.
@lru_cache(maxsize=32)
def _told(counts: tuple[tuple[Any, ...], ...]) -> Report:
    return report({home: row for home, *row in counts}, columns=2, others=OTHERS, total=ALL)


def lines(table: Report, names: Mapping[str, str]) -> list[list[str]]:
    """A table as text: the name of a home, and three numbers or marks."""
    rows = zip(table.names, table.rows, strict=True)
    return [[names.get(name, name), *(NOT_TOLD if value is None else str(value) for value in row)] for name, row in rows]


def as_csv(made: QuarterReport, headings: Sequence[str], kinds: Mapping[str, str], names: Mapping[str, str]) -> bytes:
    """Both tables in one file; `kinds` names them, by their field."""
    tables: dict[str, Report] = {"events": made.events, "stays": made.stays}
    rows = [[str(made.quarter), kinds[kind], *line] for kind, table in tables.items() for line in lines(table, names)]
    return csv_file(headings, rows)


def as_json(made: QuarterReport) -> dict[str, Any]:
    """For programs; null is not told."""
    tables = {"events": made.events, "stays": made.stays}
    return {"quarter": str(made.quarter), "sessions_count": made.sessions_count, **{n: t._asdict() for n, t in tables.items()}}
