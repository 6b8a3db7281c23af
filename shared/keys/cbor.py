"""A strict reader of the little CBOR that passports use (RFC 8949, deterministic encoding).

A general decoder turns tags into dates, patterns and great numbers before anybody has checked a signature. This one knows
integers, byte and text strings, null, arrays, maps and tags, each in its single shortest form, and has one error.
"""

from typing import NamedTuple, TypeAlias

MAX_DEPTH = 4
COSE_SIGN1 = 18
_NEGATIVE, _TEXT, _ARRAY, _MAP, _TAG = 1, 3, 4, 5, 6
_NULL = b"\xf6"

Value: TypeAlias = "int | bytes | str | list[Value] | dict[int | bytes | str, Value] | Tagged | None"


class Tagged(NamedTuple):
    """A value with a tag."""

    tag: int
    value: Value


def decode(raw: bytes) -> Value:
    """The one value that the bytes hold. Raises ValueError for anything else than its deterministic encoding."""
    reader = _Reader(raw)
    value = reader.value(MAX_DEPTH)
    if reader.place != len(raw):
        raise ValueError("Bytes follow the value.")
    return value


class _Reader:
    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.place = 0

    def take(self, count: int) -> bytes:
        taken = self.raw[self.place : self.place + count]
        if len(taken) != count:
            raise ValueError("The bytes end too early.")
        self.place += count
        return taken

    def head(self) -> tuple[int, int]:
        first = self.take(1)[0]
        kind, info = first >> 5, first & 0x1F
        if info < 24:
            return kind, info
        if info > 27:
            raise ValueError("Lengths that are open or reserved are not deterministic.")
        size = 1 << (info - 24)
        number = int.from_bytes(self.take(size), "big")
        if number < 24 or (size > 1 and number < 1 << 4 * size):
            raise ValueError("A number is longer than it needs to be.")
        return kind, number

    def value(self, depth: int) -> Value:
        if depth < 0:
            raise ValueError("The value nests too deep.")
        if self.raw[self.place : self.place + 1] == _NULL:
            self.place += 1
            return None
        kind, number = self.head()
        if kind <= _NEGATIVE:
            return -1 - number if kind == _NEGATIVE else number
        if kind <= _TEXT:
            taken = self.take(number)
            return taken.decode("utf-8") if kind == _TEXT else taken
        return self.nest(kind, number, depth)

    def nest(self, kind: int, number: int, depth: int) -> Value:
        if kind == _ARRAY:
            return [self.value(depth - 1) for _ in range(number)]
        if kind == _MAP:
            return self.map(number, depth)
        if kind == _TAG:
            return Tagged(number, self.value(depth - 1))
        raise ValueError("Floats and simple values are not used.")

    def map(self, count: int, depth: int) -> dict[int | bytes | str, Value]:
        found: dict[int | bytes | str, Value] = {}
        last_key = b""
        for _ in range(count):
            start = self.place
            key = self.value(0)
            encoded = self.raw[start : self.place]
            if not isinstance(key, int | bytes | str) or encoded <= last_key:
                raise ValueError("The keys of a map are not distinct and in order.")
            last_key = encoded
            found[key] = self.value(depth - 1)
        return found
