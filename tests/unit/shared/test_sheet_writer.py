"""Tables to take along: a spreadsheet opens them, and runs nothing of what is in them."""

import csv
import io

import pytest

from shared.sheets.writer import csv_file


def read(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_rows_come_back_as_they_were() -> None:
    rows = [("Ada, “the first”", 3, None), ("Zoë\nB", -1, 'a "quote"')]
    raw = csv_file(("Name", "People", "Note"), rows)
    assert raw.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in raw
    assert read(raw) == [["Name", "People", "Note"], ["Ada, “the first”", "3", ""], ["Zoë\nB", "-1", 'a "quote"']]


@pytest.mark.parametrize("text", ["=1+1", "+39 02", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\u00a0=1", "\n=1"])
def test_what_looks_like_a_formula_is_text(text: str) -> None:
    assert csv_file(("Name",), [(text,)]).decode("utf-8-sig").split("\r\n", 1)[1].lstrip('"').startswith("'")
