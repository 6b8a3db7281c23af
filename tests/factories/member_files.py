"""Files of members as spaces export them: any number of people, in any encoding, with any delimiter, in either language."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

ENGLISH = ("Name", "E-mail", "Plan", "Start date", "Company", "Phone", "Member number")
ITALIAN = ("Nome e cognome", "Indirizzo e-mail", "Abbonamento", "Data inizio", "Ragione sociale", "Telefono", "Numero tessera")
FIRST_NAMES = ("Niccolò", "Lucía", "Zoë", "Anna Maria", "Ada", "Jürgen", "Chloé", "Gesù", "D'Artagnan")
LAST_NAMES = ("Rossi", "De’ Medici", "Müller", "O'Neill", "Castañeda", "Ferrari", "Bianchi")
PLANS = ("Flex", "Full-time", "10 ingressi")


def people(count: int) -> Iterator[tuple[str, ...]]:
    """Rows for `ENGLISH` or `ITALIAN` headings, each person another one."""
    for number in range(count):
        name = f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {LAST_NAMES[number % len(LAST_NAMES)]}"
        started_on = date(2019, 1, 1) + timedelta(days=number % 2_000)
        company = f'Studio "{number % 50}"; figli, nipoti' if number % 3 else ""
        plan = PLANS[number % len(PLANS)]
        yield name, f"m{number}@example.org", plan, started_on.isoformat(), company, "+39 02 1234", f"T{number:06}"


def member_file(
    rows: Sequence[Sequence[str]],
    *,
    headings: Sequence[str] = ENGLISH,
    delimiter: str = ",",
    encoding: str = "utf-8",
    line_end: str = "\r\n",
) -> bytes:
    """The file, as a spreadsheet would write it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=line_end)
    writer.writerows([headings, *rows])
    return out.getvalue().encode(encoding)


def members_csv(count: int, **form: str) -> bytes:
    """A file of so many people, with English headings."""
    return member_file(list(people(count)), **form)
