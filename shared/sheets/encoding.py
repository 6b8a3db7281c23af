"""From bytes to text: UTF-8, UTF-16 with or without its mark, else Windows-1252, in which Latin-1 is written today."""

import re
from typing import NamedTuple

from shared.marking import N_, Phrase
from shared.sheets.errors import SheetRefused

MAX_BYTES = 16 * 1024 * 1024
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_HIGH = re.compile(rb"[\x80-\xff]")
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_SAMPLE_BYTES = 4096


class Decoded(NamedTuple):
    """The text, and the encoding it was in."""

    text: str
    encoding: str


def decode(raw: bytes) -> Decoded:
    """The text of a file. Raises SheetRefused for what is no text, too much of it, or text in two encodings."""
    if len(raw) > MAX_BYTES:
        raise SheetRefused(Phrase(N_("The file is larger than %(max)s MiB."), max=MAX_BYTES // 1024**2))
    if raw.startswith(_SPREADSHEETS):
        raise SheetRefused(N_("This is a spreadsheet, not a CSV file. Save it as CSV (UTF-8) and try again."))
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _strictly(raw[len(mark) :], encoding)
    encoding = _utf16_without_mark(raw) or "utf-8"
    try:
        return _strictly(raw, encoding)
    except SheetRefused:
        if encoding != "utf-8" or _is_mostly_utf8(raw):
            raise
    return _western(raw)


def _strictly(raw: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(raw.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].decode(encoding, "ignore").count("\n") + 1
        raise SheetRefused(
            Phrase(N_("The file looks like %(encoding)s, but line %(line)s is not."), encoding=encoding.upper(), line=line)
        ) from None


def _utf16_without_mark(raw: bytes) -> str | None:
    """In UTF-16, every second byte of a delimiter or of a plain letter is zero; in other encodings none is."""
    sample = raw[:_SAMPLE_BYTES]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 5 < len(sample) / 2 or not sample:
        return None
    if odd > 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 4 * odd else None


def _is_mostly_utf8(raw: bytes) -> bool:
    """Whether most of what is not ASCII makes letters of UTF-8, which chance does not do: then the rest is damage."""
    return 3 * sum(len(match.group()) for match in _UTF8_LETTER.finditer(raw)) >= 2 * len(_HIGH.findall(raw))


def _western(raw: bytes) -> Decoded:
    try:
        return Decoded(raw.decode("cp1252"), "windows-1252")
    except UnicodeDecodeError:
        # Five bytes mean nothing there; as control characters, their cells are refused by name.
        return Decoded(raw.decode("latin-1"), "iso-8859-1")
