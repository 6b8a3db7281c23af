"""Files as nobody should send them: tables and calendars that are damaged, endless, of two minds, or something else."""

import gzip
from collections.abc import Callable

from tests.support.calendars import event, file

HEAD = b"Name,Email,Plan,Start date\r\n"
ROW = b"Ada Sample,ada@sample.example,Full desk,2026-01-08\r\n"
MARK = b"\xef\xbb\xbf"


def cell(value: bytes, column: int = 0) -> bytes:
    """A table whose one row has this in one column."""
    cells = ROW.rstrip().split(b",")
    cells[column] = value
    return HEAD + b",".join(cells) + b"\r\n"


TABLES: dict[str, bytes] = {
    "a formula": cell(b'=HYPERLINK(""http://x.example"")'),
    "a formula behind a blank": cell(b" =1+1"),
    "a formula of wide signs": cell("＝1+1".encode()),
    "a command": cell(b"@SUM(1)*cmd|' /C calc'!A0"),
    "one quote": cell(b'"Ada'),
    "quotes in the middle": cell(b'Ada "the" Sample'),
    "quotes without end": cell(b'"' * 9_999),
    "a quote that swallows what follows": HEAD + b'"Ada,a@x.example\r\n' + ROW * 50,
    "NUL": cell(b"A\x00da"),
    "NUL everywhere": (HEAD + ROW).replace(b"a", b"\x00"),
    "escape": cell(b"\x1b[31mAda"),
    "bidi": cell("\u202eAda".encode()),
    "zero width": cell("A\u200bda".encode()),
    "zalgo": cell(("A" + "\u0301" * 50).encode()),
    "blank letters": cell("\u3164".encode()),
    "a mark in the middle": cell(MARK + b"Ada") + MARK + ROW,
    "two marks": MARK + MARK + HEAD + ROW,
    "a mark of another encoding": b"\xff\xfe" + HEAD + ROW,
    "two encodings": cell("Adà".encode()) + "Adà".encode("cp1252") + b",b@sample.example,,\r\n" + "é".encode() * 9,
    "half a letter": HEAD + ROW + b"\xc3",
    "a lone surrogate": cell("\ud800".encode("utf-8", "surrogatepass")),
    "a lone surrogate in UTF-16": (HEAD + ROW).decode().encode("utf-16-le") + b"\x00\xd8",
    "UTF-16 of odd length": (HEAD + ROW).decode().encode("utf-16") + b"\x00",
    "UTF-32": (HEAD + ROW).decode().encode("utf-32"),
    "UTF-7": b"Name,Email\r\n+AD0-1,a@x.example\r\n",
    "letters of a mainframe": (HEAD + ROW).decode().encode("cp500"),
    "rows of all widths": HEAD + b"a\r\n" + b"," * 9 + b"\r\n" + b"x," * 9 + b"\r\n",
    "headings twice": b"Email,Email,Name,Name\r\n" + ROW,
    "headings of nothing": b",,,\r\n" + ROW,
    "an endless heading": b"x" * 9_999 + b",Email\r\n" + ROW,
    "hidden headings": "E\u200bmail,N\u202eame\r\n".encode() + ROW,
    "only headings": HEAD,
    "only delimiters": b",,,\r\n" * 9,
    "a word about delimiters": b"sep=\r\n" + HEAD + ROW,
    "two words about delimiters": b"sep=,\r\nsep=;\r\n" + HEAD + ROW,
    "no line end": b"Name,Email",
    "old line ends": (HEAD + ROW).replace(b"\r\n", b"\r"),
    "ends of lines of another kind": (HEAD + ROW).replace(b"\r\n", "\u2028".encode()),
    "dates as numbers": cell(b"46334", 3),
    "a date that is none": cell(b"2026-02-30", 3),
    "year 0": cell(b"0000-01-01", 3),
    "year 10000": cell(b"10000-01-01", 3),
    "a leap second": cell(b"2026-12-31T23:59:60", 3),
    "a date of two minds": cell(b"03/04/2026", 3) + cell(b"13/04/2026", 3) + cell(b"04/13/2026", 3),
    "Arabic digits": cell("٢٠٢٦-١١-١٢".encode(), 3),
    "an address of two lines": cell(b'"a@x.example\r\nBcc: b@x.example"', 1),
    "an address without end": cell(b"a" * 5_000 + b"@x.example", 1),
    "an address that is none": cell(b"@", 1),
    "the same member twice": HEAD + ROW + ROW.replace(b"Ada", b"Ida"),
    "a script": cell(b"<script>alert(1)</script>"),
    "a template": cell(b"{{7*7}}%(x)s%s{0}"),
    "a spreadsheet": b"PK\x03\x04" + bytes(500),
    "an old spreadsheet": b"\xd0\xcf\x11\xe0" + bytes(500),
    "packed": gzip.compress(HEAD + ROW),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9,
    "a web page": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
    "JSON": b'[{"name":"Ada","email":"a@x.example"}]',
    "any bytes": bytes(range(256)) * 9,
    "nothing": b"",
    "blank lines": b"\r\n" * 500,
}
CALENDARS: dict[str, bytes] = {
    "no end": file(event())[:-30],
    "nested": file("BEGIN:X\r\n" * 500),
    "NUL in a calendar": file(event("SUMMARY:a\x00b")),
    "a file in a calendar": file(event("ATTACH:file:///etc/passwd", "URL:javascript:alert(1)")),
    "a place that is a script": file(event("LOCATION:javascript:alert(1)")),
    "a place on loopback": file(event("LOCATION:https://user@127.0.0.1/x")),
    "a day that is none": file(event("DTSTART:20260230T180000Z")),
    "year 0 in a calendar": file(event("DTSTART:00000101T000000Z")),
    "year 9999 in a calendar": file(event("DTSTART:99991231T235959Z", "DURATION:P9W", but=("DTEND",))),
    "an hour that London jumps over": file(event("DTSTART;TZID=Europe/London:20270328T013000", "DURATION:PT1H", but=("DTEND",))),
    "a zone that is a path": file(event("DTSTART;TZID=../../etc/passwd:20261112T180000")),
    "every second": file(event("RRULE:FREQ=SECONDLY")),
    "for ever": file(event("RRULE:FREQ=DAILY;COUNT=99999999999999999999")),
    "uid twice": file(event("UID:same"), event("UID:same")),
    "a script in a calendar": file(event("SUMMARY:<script>alert(1)</script>", "DESCRIPTION:<img src=x onerror=alert(1)>")),
    "two encodings in a calendar": file(event("SUMMARY:é")) + b"\xff\xfe",
}
# Each takes a good part of a second: a turn meets one of them.
HUGE: dict[str, Callable[[], bytes]] = {
    "a cell of a megabyte": lambda: cell(b"x" * 1_000_000),
    "a cell of a megabyte of quotes": lambda: cell(b'"' + b'""' * 500_000 + b'"'),
    "a hundred thousand columns": lambda: b"x," * 100_000 + b"Email\r\n" + b"1," * 100_000 + b"a@x.example\r\n",
    "a row of a hundred thousand": lambda: HEAD + b"x," * 100_000 + b"\r\n",
    "sixty thousand rows": lambda: HEAD + ROW * 60_000,
    "sixty thousand faults": lambda: HEAD + b'"\r\n' * 60_000,
    "four million blank lines": lambda: HEAD + b"\r\n" * 4_000_000,
    "one line of eight megabytes": lambda: b"x" * 8_000_000,
    "eight megabytes of nothing": lambda: bytes(8_000_000),
    "more than may be sent": lambda: HEAD + ROW * 340_000,
    "a calendar of one long line": lambda: file(event("DESCRIPTION:" + "x" * 8_000_000)),
    "a calendar of twenty thousand entries": lambda: file(*[event(f"UID:{n}") for n in range(20_000)]),
    "a calendar of parts without end": lambda: file("BEGIN:X\r\n" * 400_000),
}
SMALL = {**TABLES, **CALENDARS}
FILE_NAMES = ("../../../etc/passwd", "a\u202egpj.exe", "x" * 5_000, "NUL.csv", "", 'a";x="b.csv', "<b>.csv", "e\u0301.csv")
