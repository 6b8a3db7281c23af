"""What breaks software, kind by kind: every edge of the services meets these values, and each new bug adds the one that found it.

Texts are sent as they stand, in forms and in bodies; numbers and shapes are for JSON, where a value has a type. Names say what
is wrong with the value; where another reader may see something else in it than we do, the name says what.
"""

import copy
from collections.abc import Iterator
from typing import Any

TEXTS = {
    "NUL": "a\x00b",
    "escape": "a\x1b[31mb",
    "bidi": "a\u202eb",
    "zero width": "a\u200bb",
    "a filler": "\u3164",
    "a tag": "a\U000e0041b",
    "zalgo": "a" + "\u0301" * 20,
    "a line end": "a\r\nSet-Cookie: x=y",
    "a line of its own": "a\u2028b",
    "a vertical tab": "a\x0bb",
    "nothing": "",
    "blanks": " \t ",
    "rather long": "x" * 300,
    "long": "x" * 70_000,
    "long and wide": "\U0001f600" * 9_000,
    "one letter, eighteen of them": "\ufdfa" * 300,
    "a template": "<b>{{7*7}}%s{0}${x}",
    "a statement": "'; DROP TABLE spaces; --",
    "a formula": '=HYPERLINK("http://x.example")',
    "a way out": "../../etc/passwd",
    "a script": "<script>alert(1)</script>",
}
NUMBERS_WRITTEN = {
    "below": "-1",
    "minus nothing": "-0",
    "far beyond": "99999999999999999999",
    "infinite": "1e400",
    "not a number": "NaN",
    "Arabic digits": "٣",
    "digits with an underscore": "1_0",
    "hexadecimal": "0x10",
    "two commas": "1,000,5",
    "a wide digit": "１",
}
TIMES = {
    "another day": "2026-02-30",
    "another century": "1815-12-10",
    "no year": "0000-01-01",
    "the first day": "0001-01-01",
    "the last day": "9999-12-31",
    "a year of five digits": "10000-01-01",
    "a year of five digits, at noon": "10000-01-01T12:00:00Z",
    "the last moment": "9999-12-31T23:59:59Z",
    "the last moment, further west": "9999-12-31T23:59:59-23:59",
    "the first moment, further east": "0001-01-01T00:00:00+23:59",
    "a leap second": "2026-12-31T23:59:60Z",
    "the hour after the last": "2026-11-12T24:00:00Z",
    "no such hour": "2026-11-12T25:61",
    "an offset of a day": "2026-11-12T12:00:00+24:00",
    "an offset of a day, the other way": "2026-11-12T12:00:00-24:00",
    "an offset beyond": "2026-11-12T12:00:00+99:99",
    "an offset of its own": "2026-11-12T12:00:00+12:34:56",
    "no offset": "2026-11-12T12:00:00",
    "a zone in a time": "2026-11-12T12:00:00[Europe/Rome]",
    "an hour that Rome jumps over": "2026-03-29T02:30",
    "an hour that London jumps over": "2026-03-29T01:30",
    "an hour that New York jumps over": "2026-03-08T02:30",
    "an hour that comes twice": "2026-10-25T02:30",
    "a week": "2026-W46-4",
    "a day of the year": "2026-316",
    "a date without signs": "20261112",
    "American": "11/12/2026",
    "seconds since 1970": "1794481200",
    "Arabic digits in a date": "٢٠٢٦-١١-١٢",
    "a date with a line end": "2026-11-12\n",
    "a fraction without end": "2026-11-12T12:00:00." + "9" * 500 + "Z",
    "now": "now",
    "infinity": "infinity",
    "before Christ": "0044-03-15 BC",
}
ADDRESSES = {
    "a script as an address": "javascript:alert(1)",
    "a script, broken over lines": "java\nscript:alert(1)",
    "data": "data:text/html,<script>alert(1)</script>",
    "a file": "file:///etc/passwd",
    "gopher": "gopher://127.0.0.1:70/_x",
    "another protocol": "ftp://127.0.0.1/x",
    "no scheme": "//127.0.0.1/x",
    "no host": "https://",
    "loopback": "https://127.0.0.1/",
    "loopback, short": "https://127.1/",
    "loopback, octal": "https://0177.0.0.1/",
    "loopback, hexadecimal": "https://0x7f000001/",
    "loopback, one number": "https://2130706433/",
    "loopback, a number too large": "https://4294967297/",
    "loopback, in full-width signs": "https://１２７.０.０.１/",
    "loopback, with dots of another script": "https://127。0。0。1/",
    "loopback by its name": "https://localhost/",
    "loopback by its name, with a dot": "https://localhost./",
    "loopback 6": "https://[::1]/",
    "loopback 6, mapped": "https://[::ffff:127.0.0.1]/",
    "loopback 6, translated": "https://[64:ff9b::7f00:1]/",
    "an address 6 with a zone": "https://[fe80::1%25eth0]/",
    "half an address 6": "https://[::1/",
    "every interface": "https://0.0.0.0/",
    "the cloud's metadata": "http://169.254.169.254/latest/meta-data/",
    "a private network": "https://10.0.0.1/",
    "a carrier's network": "https://100.64.0.1/",
    "not https": "http://calendar.example/x",
    "a name before it": "https://user@127.0.0.1/",
    "a name and a password": "https://calendar.example:x@127.0.0.1/",
    "a name that looks like the host": "https://calendar.example%40127.0.0.1/",
    "a backslash": "https://calendar.example\\@127.0.0.1/",
    "a backslash for a slash": "https:\\\\127.0.0.1\\x",
    "NUL in an address": "https://127.0.0.1%00.calendar.example/",
    "a blank in an address": "https://127.0.0.1 .calendar.example/",
    "a line end in an address": "https://127.0.0.1/\r\nHost: x",
    "a fragment": "https://127.0.0.1#.calendar.example/",
    "a question before a path": "https://127.0.0.1?.calendar.example/",
    "port 0": "https://127.0.0.1:0/",
    "a port beyond": "https://127.0.0.1:65537/",
    "a port of words": "https://127.0.0.1:ssh/",
    "a host of another script": "https://аpple.example/",
    "a host with a hyphen too many": "https://xn--/",
    "an endless host": "https://" + "a." * 200 + "example/",
    "an endless label": "https://" + "a" * 300 + ".example/",
    "an endless address": "https://127.0.0.1/" + "a" * 3_000,
    "a calendar's scheme": "webcal://127.0.0.1/x",
    "a calendar's scheme before another": "webcal://file:///etc/passwd",
}
IDS = {
    "a version of long ago": "c232ab00-9414-11ec-b3c8-9f68deced846",
    "a version by chance": "f47ac10b-58cc-4372-a567-0e02b2c3d479",
    "no version": "00000000-0000-0000-0000-000000000000",
    "the last of all": "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "an id in capitals": "019AB3C0-0000-7000-8000-00000000000A",
    "an id in braces": "{019ab3c0-0000-7000-8000-00000000000a}",
    "an id without hyphens": "019ab3c00000700080000000" + "0000000a",
    "an id as a name": "urn:uuid:019ab3c0-0000-7000-8000-00000000000a",
    "an id with a line end": "019ab3c0-0000-7000-8000-00000000000a\n",
    "an id too long": "019ab3c0-0000-7000-8000-00000000000a" * 300,
    "somebody else's id": "thecube-london:019ab3c0-0000-7000-8000-00000000000a",
    "a slug in capitals": "Wecreate-NYC",
    "a slug of another script": "wecrеate-nyc",
    "a slug with a hyphen at its end": "wecreate-",
    "a hash in capitals": "A1" * 32,
    "a hash with a line end": "a1" * 32 + "\n",
}
NUMBERS = {
    "a number below": -1,
    "beyond": 2**31,
    "beyond by far": 2**70,
    "a fraction": 1.5,
    "a fraction that is whole": 1.0,
    "a number for a date": 1794481200,
    "a number as text": "1",
}
SHAPES: dict[str, Any] = {
    "null": None,
    "a list": [],
    "a list of lists": [[[]]],
    "deep": [[[[[[{}]]]]]],
    "an object": {"a": 1},
    "a bool": True,
    "a lone surrogate": "\ud800",
}
WRITTEN = {**TEXTS, **NUMBERS_WRITTEN, **TIMES, **ADDRESSES, **IDS}
"""What anybody can type into any field."""
BYTES = {"bytes": b"\xed\xa0\x80\xff", "half a letter": b"caff\xc3"}
"""What no browser sends in a field."""
# Of bodies, no value is as long as a form can be: the whole has a cap, which other tests meet.
VALUES: dict[str, Any] = {**{name: text[:30_000] for name, text in WRITTEN.items()}, **NUMBERS, **SHAPES}
"""What can stand in a body in the place of any value."""

Place = tuple[Any, ...]


def places(value: Any, at: Place = ()) -> Iterator[Place]:
    """Where every value of a body stands; of a list the first entry, for the others are read alike."""
    if at:
        yield at
    children = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for name, child in children:
        yield from places(child, (*at, name))


def value_at(body: Any, at: Place) -> Any:
    """What stands at a place."""
    for step in at:
        body = body[step]
    return body


def changed(body: dict[str, Any], at: Place, value: Any) -> dict[str, Any]:
    """The body with another value at a place."""
    other = copy.deepcopy(body)
    value_at(other, at[:-1])[at[-1]] = value
    return other


def pointer(at: Place) -> str:
    """A place as problems name it."""
    return "".join(f"/{step}" for step in at)
