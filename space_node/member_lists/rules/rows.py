"""From records to members: every value checked, every fault with its line, its column and its reason."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from shared.marking import N_, Phrase
from shared.sheets.dates import DateOrder, order_of, read_date
from shared.sheets.errors import RowFault
from shared.sheets.table import Record, Table
from shared.text import harmless, normal, text_fault
from space_node.member_lists.rules.columns import STATUS_WORDS, Columns, check, key_of
from space_node.member_lists.rules.fields import Field

LONGEST = {Field.PLAN: 80, Field.COMPANY: 120, Field.SOURCE_KEY: 80}
NAME_MAX, EMAIL_MAX, LOCAL_MAX = 120, 254, 64
_BLANKS = re.compile(r"[ \t\r\n\u00a0]+")
# The same as that of `shared.fields.Email`, which needs marshmallow; a test holds the two together.
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")
_STATUS = N_("%(value)s is no status that is known. Leave this column out, or write active or ended.")


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member as a file has them. What the file has no column for is None."""

    line: int
    email: str
    name: str
    plan: str | None
    company: str | None
    starts_on: dt.date | None
    ends_on: dt.date | None
    active: bool | None
    source_key: str | None


class Reading(NamedTuple):
    """What a file says with its columns understood in one way."""

    headings: Mapping[Field, str]
    rows: list[MemberRow]
    faults: list[RowFault]


def read_rows(table: Table, columns: Columns, order: DateOrder | None = None) -> Reading:
    """The members in a table, and all that is wrong with it. Raises MappingRefused, DatesAmbiguous."""
    check(table.headings, columns)
    places = {field: place for place, field in enumerate(columns) if field is not None}
    if order is None:
        order = order_of(_date_cells(table, places))
    reader = _RowReader(table.headings, places, order)
    rows = []
    for record in table.records():
        if isinstance(record, RowFault):
            reader.faults.append(record)
        elif (row := reader.read(record)) is not None:
            rows.append(row)
    return Reading({field: table.headings[place] for field, place in places.items()}, rows, reader.faults)


def _date_cells(table: Table, places: dict[Field, int]) -> Iterator[tuple[int, str]]:
    wanted = [places[field] for field in (Field.STARTS_ON, Field.ENDS_ON) if field in places]
    for record in table.records():
        if isinstance(record, Record):
            yield from ((record.line, record.cells[place]) for place in wanted)


class _RowReader:
    def __init__(self, headings: tuple[str, ...], places: dict[Field, int], order: DateOrder | None) -> None:
        self.faults: list[RowFault] = []
        self._headings, self._places, self._order = headings, places, order
        self._seen: dict[tuple[Field, str], int] = {}

    def read(self, record: Record) -> MemberRow | None:
        """The member of a record, or None when something is wrong with it."""
        before = len(self.faults)
        starts_on, ends_on = self._date(record, Field.STARTS_ON), self._date(record, Field.ENDS_ON)
        if starts_on and ends_on and ends_on < starts_on:
            self._fault(record, Field.ENDS_ON, N_("The end lies before the start."))
        row = MemberRow(
            line=record.line,
            email=self._email(record),
            name=self._name(record),
            plan=self._text(record, Field.PLAN),
            company=self._text(record, Field.COMPANY),
            starts_on=starts_on,
            ends_on=ends_on,
            active=self._status(record),
            source_key=self._text(record, Field.SOURCE_KEY) or None,
        )
        for field, value in ((Field.EMAIL, row.email), (Field.SOURCE_KEY, row.source_key)):
            if value and (first := self._seen.setdefault((field, value), record.line)) != record.line:
                self._fault(record, field, Phrase(N_("%(value)s stands on line %(line)s already."), value=value, line=first))
        return row if len(self.faults) == before else None

    def _name(self, record: Record) -> str:
        fields = (Field.NAME,) if Field.NAME in self._places else (Field.FIRST_NAME, Field.LAST_NAME)
        name = " ".join(filter(None, (_clean(self._cell(record, field)) for field in fields)))
        self._check_text(record, next(field for field in fields if field in self._places), name, NAME_MAX, 1)
        return name

    def _email(self, record: Record) -> str:
        address = _clean(self._cell(record, Field.EMAIL)).lower()
        if len(address.partition("@")[0]) > LOCAL_MAX or len(address) > EMAIL_MAX or not _EMAIL.fullmatch(address):
            wrong = Phrase(N_("%(value)s is no e-mail address."), value=harmless(address, max_length=60))
            self._fault(record, Field.EMAIL, text_fault(address, max_length=EMAIL_MAX, min_length=1) or wrong)
            return ""
        return address

    def _text(self, record: Record, field: Field) -> str | None:
        if field not in self._places:
            return None
        text = _clean(self._cell(record, field))
        self._check_text(record, field, text, LONGEST[field], 0)
        return text

    def _date(self, record: Record, field: Field) -> dt.date | None:
        try:
            return read_date(self._cell(record, field), self._order)
        except ValueError as error:
            self._fault(record, field, error.args[0])
            return None

    def _status(self, record: Record) -> bool | None:
        word = self._cell(record, Field.STATUS)
        active = STATUS_WORDS.get(key_of(word))
        if word.strip() and active is None:
            self._fault(record, Field.STATUS, Phrase(_STATUS, value=harmless(word, max_length=40)))
        return active

    def _check_text(self, record: Record, field: Field, text: str, longest: int, shortest: int) -> None:
        if text.isascii() and text.isprintable() and shortest <= len(text) <= longest:
            return
        if (fault := text_fault(text, max_length=longest, min_length=shortest)) is not None:
            self._fault(record, field, fault)

    def _cell(self, record: Record, field: Field) -> str:
        place = self._places.get(field)
        return "" if place is None else record.cells[place]

    def _fault(self, record: Record, field: Field, reason: str) -> None:
        self.faults.append(RowFault(record.line, self._headings[self._places[field]], reason))


def _clean(cell: str) -> str:
    """The cell in one form; line ends and hard spaces inside it are spaces."""
    return cell.strip(" ") if cell.isascii() and cell.isprintable() and "  " not in cell else normal(_BLANKS.sub(" ", cell))
