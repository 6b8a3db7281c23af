"""From text to records: which delimiter, which headings, and each record with the line of the file that it starts on."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from shared.marking import N_, Phrase
from shared.sheets import encoding
from shared.sheets.errors import RowFault, SheetRefused
from shared.text import harmless

KnownHeadings = Callable[[Sequence[str]], int]
MAX_ROWS, MAX_COLUMNS = 50_000, 200
SAMPLES = 3
DELIMITERS = (",", ";", "\t")
# Python's splitlines knows ten more ends of lines, at which a record does not end.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
# The first line by which Excel is told the delimiter.
_EXCEL_HINT = re.compile(r"sep=([,;\t])\r?\n", re.I)
_QUOTES = N_("The quotation marks do not match: one is opened and not closed, or stands inside a value without being doubled.")
_WIDTH = N_("This row has %(count)s values, but the table has %(columns)s columns.")


class Record(NamedTuple):
    """One record: the line it starts on, and as many cells as there are columns."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A file of rows. Its records are read from the text again at each pass, so that they need no room."""

    text: str
    encoding: str
    delimiter: str
    headings: tuple[str, ...]

    def records(self) -> Iterator[Record | RowFault]:
        """The records below the headings, blank ones left out; a fault in the place of one that cannot be read."""
        found = _lines(self.text, self.delimiter)
        next(found)
        width = len(self.headings)
        for line, cells in found:
            if isinstance(cells, str):
                yield RowFault(line, "", cells)
            elif len(cells) > width and any(cell.strip() for cell in cells[width:]):
                yield RowFault(line, "", Phrase(_WIDTH, count=len(cells), columns=width))
            else:
                # Excel leaves out the delimiters of blank cells at the end of a row.
                yield Record(line, (cells + [""] * (width - len(cells)))[:width])

    def samples(self) -> list[list[str]]:
        """For each column, its first values."""
        rows = [record.cells for record in islice(self.records(), 10 * SAMPLES) if isinstance(record, Record)]
        columns = [[row[place].strip() for row in rows] for place in range(len(self.headings))]
        return [[value for value in column if value][:SAMPLES] for column in columns]


def read_table(raw: bytes, known: KnownHeadings) -> Table:
    """The table in a file; `known` says how many of some headings have a sense. Raises SheetRefused."""
    text, encoded = encoding.decode(raw)
    hint = _EXCEL_HINT.match(text)
    delimiter = hint[1] if hint else _delimiter(text, known)
    headings = _headings(text, delimiter)
    table = Table(text, encoded, delimiter, headings)
    rows = sum(1 for _ in islice(table.records(), MAX_ROWS + 1))
    if not rows:
        raise SheetRefused(N_("Below the headings there is not one row."))
    if rows > MAX_ROWS:
        raise SheetRefused(Phrase(N_("The file has more than %(max)s rows."), max=MAX_ROWS))
    return table


def _delimiter(text: str, known: KnownHeadings) -> str:
    """The one by which most headings are known, then by which there are most columns."""
    first_line = text.lstrip().partition("\n")[0]

    def score(delimiter: str) -> tuple[int, int]:
        _, cells = next(_lines(text, delimiter), (1, ""))
        headings = first_line.split(delimiter) if isinstance(cells, str) else cells
        return known(headings), len(headings)

    return max(DELIMITERS, key=score)


def _headings(text: str, delimiter: str) -> tuple[str, ...]:
    _, cells = next(_lines(text, delimiter), (1, N_("The file is empty.")))
    if isinstance(cells, str):
        raise SheetRefused(cells)
    while cells and not cells[-1].strip():
        cells.pop()
    if len(cells) > MAX_COLUMNS:
        raise SheetRefused(Phrase(N_("The file has more than %(max)s columns."), max=MAX_COLUMNS))
    return tuple(harmless(cell, max_length=80) for cell in cells)


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Cells, or what is wrong, of each record that is not blank."""
    hint = _EXCEL_HINT.match(text)
    reader = csv.reader(
        (match.group() for match in _LINE.finditer(text)), delimiter=delimiter, strict=True, skipinitialspace=True
    )
    if hint:
        next(reader)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, _QUOTES
        else:
            if any(cell.strip() for cell in cells):
                yield line, cells
