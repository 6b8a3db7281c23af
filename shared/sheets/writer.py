"""Rows as a file that a spreadsheet opens and nothing runs in: what looks like a formula is shown as text."""

import csv
import io
from collections.abc import Iterable, Sequence

CONTENT_TYPE = "text/csv; charset=utf-8"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_file(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with its mark, by which spreadsheets know it; a missing value is blank."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_harmless(heading) for heading in headings])
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def _harmless(cell: object) -> object:
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return cell
    # Blank characters before it would hide the sign from us, and not from every spreadsheet.
    return f"'{cell}" if cell.lstrip(" \n\u00a0").startswith(_FORMULA_STARTS) or cell.startswith("\n") else cell
