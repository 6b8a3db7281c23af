"""Files of rows: encodings, delimiters, quotes, and what is refused as a whole."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sheets import encoding, table
from shared.sheets.encoding import decode
from shared.sheets.errors import RowFault, SheetRefused
from shared.sheets.table import Record, Table, read_table

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")
# What all of the encodings can say, without control characters.
WESTERN = "".join(chr(code) for code in [*range(0x20, 0x7F), *range(0xC0, 0x100)]) + "€’–\n"
PLAIN = st.text(WESTERN, max_size=12)
CELL = st.one_of(PLAIN, st.sampled_from(["=cmd|' /C calc'!A0", 'say "hi"', "a,b;c\td", "", "due\r\nrighe"]))


def read(raw: bytes | str) -> Table:
    return read_table(raw.encode() if isinstance(raw, str) else raw, lambda headings: sum(one == "Email" for one in headings))


def cells(raw: bytes | str) -> list[list[str]]:
    return [record.cells for record in read(raw).records() if isinstance(record, Record)]


def written(rows: list[list[str]], delimiter: str, encoded: str, line_end: str = "\r\n") -> bytes:
    out = io.StringIO()
    # With old Mac line ends, Python's writer would leave the other kinds inside a cell unquoted.
    quoting = csv.QUOTE_ALL if line_end == "\r" else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(rows)
    return out.getvalue().encode(encoded)


def refusal(raw: bytes | str) -> str:
    with pytest.raises(SheetRefused) as caught:
        read(raw)
    return caught.value.detail


@given(
    rows=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8),
    delimiter=st.sampled_from(table.DELIMITERS),
    encoded=st.sampled_from(ENCODINGS),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_is_written_is_read_back_whatever_the_form(rows, delimiter, encoded, line_end) -> None:
    rows = [["a@example.org", *row] for row in rows]
    raw = written([["Email", "Piano", "Città", "Note"], *rows], delimiter, encoded, line_end)
    found = read(raw)
    assert found.headings == ("Email", "Piano", "Città", "Note")
    assert found.delimiter == delimiter
    read_back = [[cell.lstrip(" ") for cell in record.cells] for record in found.records() if isinstance(record, Record)]
    assert read_back == [[cell.lstrip(" ") for cell in row] for row in rows]


@pytest.mark.parametrize(
    ("raw", "encoded"),
    [
        (b"Email\nperch\xc3\xa9", "utf-8"),
        (b"\xef\xbb\xbfEmail\nx", "utf-8"),
        ("Email\nx".encode("utf-16-le"), "utf-16-le"),
        (b"\xff\xfe" + "Email\nx".encode("utf-16-le"), "utf-16-le"),
        ("Email\nŁódź".encode("utf-16-be"), "utf-16-be"),
        (b"\xfe\xff" + "Email\nx".encode("utf-16-be"), "utf-16-be"),
        (b"Email\nperch\xe9 \x80", "windows-1252"),
        (b"Email\nperch\xe9 \x81", "iso-8859-1"),
        (b"\0\0\0\0\0\0\0\0", "utf-8"),
    ],
)
def test_the_encoding_is_found_out(raw: bytes, encoded: str) -> None:
    assert decode(raw).encoding == encoded


def test_bytes_that_mean_nothing_are_control_characters_which_the_reader_of_cells_refuses() -> None:
    assert decode(b"perch\xe9 \x81").text == "perché \x81"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("Email\ncaffè\n".encode() * 3 + b"caff\xe8\n", "The file looks like UTF-8, but line 7 is not."),
        (b"\xef\xbb\xbfEmail\n\xe8", "The file looks like UTF-8, but line 2 is not."),
        ("Email\nabc".encode("utf-16-le") + b"\x00\xd8", "The file looks like UTF-16-LE, but line 2 is not."),
        (b"PK\x03\x04...", "This is a spreadsheet, not a CSV file. Save it as CSV (UTF-8) and try again."),
        (b"", "The file is empty."),
        (b" \n\n \n", "The file is empty."),
        (b"Email,Name\n\n , \n", "Below the headings there is not one row."),
        (b'Email,"Name\nx,y\n', table._QUOTES),
        (b"Email" + b",x" * 200 + b"\n1\n", "The file has more than 200 columns."),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_the_reason(raw: bytes, said: str) -> None:
    assert refusal(raw) == said


def test_a_file_with_too_many_bytes_or_rows_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(table, "MAX_ROWS", 3)
    assert len(cells("Email\n1\n2\n3\n")) == 3
    assert refusal("Email\n1\n2\n3\n4\n") == "The file has more than 3 rows."
    monkeypatch.setattr(encoding, "MAX_BYTES", 2 * 1024**2)
    assert refusal(b"x" * (2 * 1024**2 + 1)) == "The file is larger than 2 MiB."


def test_excels_first_line_names_the_delimiter() -> None:
    found = read("sep=;\r\nEmail,x;Name\r\na;b\r\n")
    assert (found.delimiter, found.headings) == (";", ("Email,x", "Name"))
    assert list(found.records()) == [Record(3, ["a", "b"])]


def test_the_delimiter_is_that_by_which_headings_are_known() -> None:
    assert read("a,b,c,d;Email\n1\n").headings == ("a,b,c,d", "Email")
    assert read("a;b,c\n1;2\n").delimiter == ","


def test_a_record_knows_the_line_it_starts_on() -> None:
    raw = 'Email,Note\n\na,"one\ntwo"\n,\nb,three\n'
    assert list(read(raw).records()) == [Record(3, ["a", "one\ntwo"]), Record(6, ["b", "three"])]


def test_other_ends_of_lines_inside_a_cell_end_nothing() -> None:
    assert cells("Email,Note\na,x\u2028y\x0bz\x85w\n") == [["a", "x\u2028y\x0bz\x85w"]]


def test_trailing_delimiters_and_missing_blank_cells_are_no_fault() -> None:
    raw = "Email,Name,Plan,,\na,b,c,,,,\nd,e\n"
    assert cells(raw) == [["a", "b", "c"], ["d", "e", ""]]


def test_more_values_than_columns_are_a_fault_of_that_row_alone() -> None:
    found = list(read("Email,Name\na,b,c\nd,e\n").records())
    assert found == [RowFault(2, "", "This row has 3 values, but the table has 2 columns."), Record(3, ["d", "e"])]


def test_quotes_that_do_not_match_are_a_fault_and_reading_goes_on_below() -> None:
    found = list(read('Email,Name\na,"b" c\nd,e\nf,"g\n').records())
    assert found == [RowFault(2, "", table._QUOTES), Record(3, ["d", "e"]), RowFault(4, "", table._QUOTES)]


def test_a_quote_that_swallows_the_file_is_a_fault_and_not_a_cell() -> None:
    found = list(read('Email,Name\na,"b\n' + "c,d\n" * 50_000).records())
    assert found[0] == RowFault(2, "", table._QUOTES)
    assert found[-1] == Record(50_002, ["c", "d"])


def test_spaces_after_a_delimiter_do_not_hide_the_quotes() -> None:
    assert cells('Email, "Name"\na, "b, c"\n') == [["a", "b, c"]]


def test_headings_show_nothing_that_cannot_be_seen() -> None:
    assert read("E\u200bmail\u202e,\0Name\n1\n").headings == ("E mail", "Name")


def test_samples_are_the_first_values_of_each_column() -> None:
    raw = "Email,Name\na,\n,b\nq,r,s\nc,\nd,\ne,\n"
    assert read(raw).samples() == [["a", "c", "d"], ["b"]]
