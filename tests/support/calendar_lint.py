"""What is wrong with a calendar file of ours: the faults that no reader reports, for readers forgive them silently."""

from __future__ import annotations

import re

CALENDAR = {"VERSION", "PRODID", "METHOD", "NAME", "X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL"}
ENTRY = {
    "ATTENDEE",
    "CATEGORIES",
    "CONFERENCE",
    "DESCRIPTION",
    "DTEND",
    "DTSTAMP",
    "DTSTART",
    "LAST-MODIFIED",
    "LOCATION",
    "ORGANIZER",
    "RELATED-TO",
    "SEQUENCE",
    "STATUS",
    "SUMMARY",
    "UID",
    "URL",
}
OBSERVANCE = {"DTSTART", "RRULE", "TZNAME", "TZOFFSETFROM", "TZOFFSETTO"}
ALLOWED = {
    "VCALENDAR": CALENDAR,
    "VEVENT": ENTRY,
    "VTIMEZONE": {"TZID"},
    "STANDARD": OBSERVANCE,
    "DAYLIGHT": OBSERVANCE,
}
NEEDED = {
    "VCALENDAR": {"VERSION", "PRODID"},
    "VEVENT": {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY"},
    "VTIMEZONE": {"TZID"},
    "STANDARD": OBSERVANCE - {"RRULE"},
    "DAYLIGHT": OBSERVANCE - {"RRULE"},
}
TEXTS = {"SUMMARY", "DESCRIPTION", "LOCATION", "NAME", "X-WR-CALNAME"}
UNESCAPED = re.compile(r"(?:^|[^\\])(?:\\\\)*[,;]")
CONTENT_LINE = re.compile(r'([A-Z-]+)((?:;[A-Z-]+=(?:"[^"\x00-\x1f]*"|[^";:,\x00-\x1f]*))*):(.*)', re.DOTALL)


def faults(raw: bytes) -> list[str]:
    """Every fault of the file, as a sentence; none for one that may go out."""
    out = [f"{len(line)} octets in a line" for line in raw.split(b"\r\n") if len(line) > 75]
    if not raw.endswith(b"\r\n") or re.search(rb"(?<!\r)\n|\r(?!\n)", raw):
        out.append("a line does not end in CRLF")
    for piece in raw.split(b"\r\n"):
        try:
            piece.decode()
        except UnicodeDecodeError:
            out.append("a line is folded inside a character")
    text = raw.decode("utf-8", "replace").replace("\r\n ", "").removesuffix("\r\n")
    return out + _structure(text.split("\r\n"))


def _structure(lines: list[str]) -> list[str]:
    out: list[str] = []
    open_parts: list[tuple[str, list[str]]] = []
    for line in lines:
        found = CONTENT_LINE.fullmatch(line)
        if found is None or any(ord(char) < 32 or char in "\x7f\x85\u2028\u2029" for char in line):
            out.append(f"not a content line: {line!r}")
        elif found[1] == "BEGIN":
            open_parts.append((found[3], []))
        elif not open_parts:
            out.append(f"outside of every part: {line!r}")
        elif found[1] == "END":
            part, names = open_parts.pop()
            out += [f"{part} ends as {found[3]}"] * (part != found[3]) + _part(part, names)
        else:
            open_parts[-1][1].append(found[1])
            if found[1] in TEXTS and UNESCAPED.search(found[3]):
                out.append(f"not escaped: {line!r}")
    return out + [f"{part} does not end" for part, _ in open_parts]


def _part(part: str, names: list[str]) -> list[str]:
    missing, foreign = NEEDED.get(part, set()) - set(names), set(names) - ALLOWED.get(part, set())
    twice = {name for name in names if names.count(name) > 1}
    said = {"misses": missing, "may not have": foreign, "has twice": twice}
    return [f"{part} {what} {name}" for what, which in said.items() for name in sorted(which)]
