"""From a file to members: values, and every fault by line, column and reason."""

from datetime import date

import marshmallow as ma
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.fields import Email
from shared.sheets.dates import DateOrder
from shared.sheets.errors import DatesAmbiguous, RowFault
from shared.sheets.table import DELIMITERS, read_table
from space_node.member_lists.errors import MappingRefused
from space_node.member_lists.rules import rows
from space_node.member_lists.rules.columns import known_headings, understand
from space_node.member_lists.rules.fields import Field
from space_node.member_lists.rules.rows import MemberRow, Reading, read_rows
from tests.factories.member_files import ENGLISH, FIRST_NAMES, ITALIAN, LAST_NAMES, PLANS, member_file

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")
LATIN = st.sampled_from(
    [chr(code) for code in (*range(0x41, 0x5B), *range(0x61, 0x7B), *range(0xC0, 0x100)) if code not in (0xD7, 0xF7)]
)
WORD = st.text(LATIN, min_size=1, max_size=10)
PERSON = st.tuples(
    st.one_of(WORD, st.sampled_from([*FIRST_NAMES, *LAST_NAMES]), st.tuples(WORD, WORD).map(" ".join)),
    st.sampled_from([*PLANS, ""]),
    st.dates(date(1990, 1, 1), date(2099, 12, 31)),
    st.one_of(st.just(""), WORD, st.sampled_from(['Caffè; "Lux", figli', "Due\r\nrighe"])),
)


def read(raw: bytes | str, order: DateOrder | None = None, **told: Field | None) -> Reading:
    table = read_table(raw.encode() if isinstance(raw, str) else raw, known_headings)
    return read_rows(table, understand(table.headings, table.samples(), told=told), order)


def faults(raw: str) -> list[tuple[int, str, str]]:
    found = read(raw)
    return [(fault.line, fault.column, fault.reason) for fault in found.faults]


def one(raw: str, **told: Field | None) -> MemberRow:
    found = read(raw, **told)
    assert found.faults == []
    (row,) = found.rows
    return row


@given(
    found=st.lists(PERSON, min_size=1, max_size=6),
    headings=st.sampled_from([ENGLISH, ITALIAN]),
    delimiter=st.sampled_from(DELIMITERS),
    encoding=st.sampled_from(ENCODINGS),
    form=st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%Y-%m-%d %H:%M"]),
)
def test_people_come_back_whatever_the_form_of_their_file(found, headings, delimiter, encoding, form) -> None:
    lines = [
        (name, f"M{number}@Example.org", plan, on.strftime(form), company, "+39 02", f"T{number}")
        for number, (name, plan, on, company) in enumerate(found)
    ]
    reading = read(member_file(lines, headings=headings, delimiter=delimiter, encoding=encoding))
    assert reading.faults == []
    read_back = [(row.name, row.email, row.plan, row.starts_on, row.company, row.source_key) for row in reading.rows]
    assert read_back == [
        (name, f"m{number}@example.org", plan, on, company.replace("\r\n", " "), f"T{number}")
        for number, (name, plan, on, company) in enumerate(found)
    ]


def test_first_and_last_names_make_one_name() -> None:
    assert one("Nome,Cognome,Email\n Anna  Maria ,De\u00a0Rossi,a@x.it\n").name == "Anna Maria De Rossi"
    assert one("Nome,Cognome,Email\n,Rossi,a@x.it\n").name == "Rossi"


def test_the_same_letters_in_another_form_are_the_same_name() -> None:
    assert one("Name,Email\nNiccolo\u0300,a@x.it\n").name == "Niccolò"


def test_what_the_file_has_no_column_for_is_not_told() -> None:
    row = one("Name,Email\nAda,A@X.it\n")
    assert row == MemberRow(2, "a@x.it", "Ada", None, None, None, None, None, None)


def test_a_blank_cell_is_told_to_be_blank() -> None:
    row = one("Name,Email,Plan,Company,End,Status,ID\nAda,a@x.it,,,,,\n")
    assert (row.plan, row.company, row.ends_on, row.active, row.source_key) == ("", "", None, None, None)


def test_a_formula_is_only_text() -> None:
    assert one("Name,Email,Company\n=cmd|'/C calc'!A0,a@x.it,@SUM(A1)\n").name == "=cmd|'/C calc'!A0"


@pytest.mark.parametrize(
    ("word", "active"), [("YES", True), ("Attivo", True), ("Non attivo", False), ("expired", False), (" ", None)]
)
def test_a_status_is_read_in_both_languages(word, active) -> None:
    assert one(f"Name,Email,Status\nAda,a@x.it,{word}\n").active is active


def test_every_fault_of_every_row_is_named() -> None:
    raw = (
        "Name,E-mail,Plan,Start,End,ID\n"
        ",a@x.it,Flex,2026-01-01,,1\n"
        "Ada,nobody,Flex,2026-02-30,yesterday,2\n"
        "Bea,,Fl\u202eex,2026-03-01,2026-02-01,3\n"
        "Cia,c@x.it,Flex,2026-01-01,,1\n"
        "Dea,A@x.it,Flex,2026-01-01,,5,6\n"
        'Eva,"e@x.it" x,Flex\n'
        "Fay,a@X.it,Flex,,,7\n"
    )
    assert faults(raw) == [
        (2, "Name", "This is needed."),
        (3, "Start", "2026-02-30: there is no such day."),
        (3, "End", "yesterday is no date. Dates are written like 2026-03-29, 29/03/2026 or 29.03.2026."),
        (3, "E-mail", "nobody is no e-mail address."),
        (4, "End", "The end lies before the start."),
        (4, "E-mail", "This is needed."),
        (4, "Plan", "It contains a character that cannot be seen (U+202E)."),
        (5, "ID", "1 stands on line 2 already."),
        (6, "", "This row has 7 values, but the table has 6 columns."),
        (7, "", faults(raw)[9][2]),
        (8, "E-mail", "a@x.it stands on line 2 already."),
    ]
    assert "quotation marks" in faults(raw)[9][2]
    assert read(raw).rows == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("A\0da", "It contains a character that cannot be seen (U+0000)."),
        ("Ada\u202e", "It contains a character that cannot be seen (U+202E)."),
        ("Z\u0300\u0301\u0302\u0303\u0304", "Too many marks stand on one letter."),
        ("x" * 121, "At most 120 characters."),
        ("é" * 121, "At most 120 characters."),
    ],
)
def test_a_name_holds_only_what_can_be_seen(name, said) -> None:
    assert faults(f"Name,Email\n{name},a@x.it\n") == [(2, "Name", said)]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("a@\u200bx.it", "It contains a character that cannot be seen (U+200B)."),
        ("Ada <a@x.it>", "ada <a@x.it> is no e-mail address."),
        ("a@x", "a@x is no e-mail address."),
        ("=a@x.it'", "=a@x.it' is no e-mail address."),
        ("x" * 65 + "@x.it", "x" * 60 + " is no e-mail address."),
        ("a@" + "x" * 260 + ".it", "At most 254 characters."),
    ],
)
def test_an_address_that_is_none_is_refused(address, said) -> None:
    assert faults(f"Name,Email\nAda,{address}\n") == [(2, "Email", said)]


@given(st.one_of(st.emails(), st.text("ab.@-_+'é ", max_size=20), st.text("abc@.", max_size=300)))
def test_an_address_is_what_the_forms_take_for_one(address) -> None:
    try:
        taken = Email().deserialize(address)
    except ma.ValidationError:
        taken = None
    clean = rows._clean(address).lower()
    fits = len(clean) <= rows.EMAIL_MAX and len(clean.partition("@")[0]) <= rows.LOCAL_MAX and rows._EMAIL.fullmatch(clean)
    assert (clean if fits else None) == taken


def test_a_strange_status_says_what_to_do() -> None:
    said = "Lombardia is no status that is known. Leave this column out, or write active or ended."
    found = read("Name,Email,Regione\nAda,a@x.it,Lombardia\n", Regione=Field.STATUS)
    assert found.faults == [RowFault(2, "Regione", said)]


def test_dates_go_by_the_order_that_the_file_shows_or_that_is_told() -> None:
    raw = "Name,Email,Start,End\nAda,a@x.it,01/02/2026,\nBea,b@x.it,,{}\n"
    assert read(raw.format("13/02/2026")).rows[0].starts_on == date(2026, 2, 1)
    assert read(raw.format("02/13/2026")).rows[0].starts_on == date(2026, 1, 2)
    assert read(raw.format(""), DateOrder.MDY).rows[0].starts_on == date(2026, 1, 2)
    with pytest.raises(DatesAmbiguous):
        read(raw.format("") + 'Cia,"c" d,,\n')


def test_a_date_against_the_order_that_is_told_is_a_fault() -> None:
    found = read("Name,Email,Start\nAda,a@x.it,13/02/2026\n", DateOrder.MDY)
    assert found.faults == [RowFault(2, "Start", "13/02/2026: there is no such day.")]


def test_dates_in_columns_that_are_left_out_decide_nothing() -> None:
    assert one("Name,Email,Birthday\nAda,a@x.it,01/02/1980\n").starts_on is None


def test_a_file_without_a_column_for_addresses_is_refused() -> None:
    with pytest.raises(MappingRefused):
        read("Name,Phone\nAda,1\n")
