"""The strict loader that stands before every schema: JSON that two programs could read in two ways is refused.

What Python's parser lets through and others read otherwise, or what only breaks later, never gets in: duplicate keys,
NaN, numbers beyond 18 digits, lone surrogates, deep nests, bodies over the cap.
"""

import json
import math
from collections.abc import Sequence
from typing import Any, NoReturn

from shared.errors import Malformed
from shared.marking import N_, Phrase

MAX_BODY_BYTES = 65_536
MAX_DEPTH = 32
MAX_DIGITS = 18
_MAX_FLOAT_CHARS = 30


class MalformedJson(Malformed):
    """A body that is not strict JSON."""

    slug = "malformed-json"
    title = N_("The body is not strict JSON")
    sentence = N_("The body must be one JSON value in UTF-8 with distinct keys and ordinary numbers.")


def strict_loads(raw: bytes, *, max_bytes: int = MAX_BODY_BYTES) -> Any:
    """Bytes to JSON values. Raises Malformed for size, depth, duplicate keys, huge numbers, NaN and lone surrogates."""
    if len(raw) > max_bytes:
        raise MalformedJson(Phrase(N_("The body is larger than %(max)s bytes."), max=max_bytes))
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_distinct,
            parse_constant=_refuse_number,
            parse_int=_small_int,
            parse_float=_finite,
        )
    except UnicodeDecodeError as error:
        raise MalformedJson(Phrase(N_("The body is not UTF-8 (byte %(place)s)."), place=error.start)) from None
    except json.JSONDecodeError as error:
        text = N_("The body is not JSON (line %(line)s, column %(column)s).")
        raise MalformedJson(Phrase(text, line=error.lineno, column=error.colno)) from None
    except RecursionError:
        raise _too_deep() from None
    _check(value, MAX_DEPTH)
    return value


def dump_json(value: Any) -> bytes:
    """Compact JSON with sorted keys, in UTF-8: the same value gives the same bytes. Raises ValueError for NaN and infinity."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def _distinct(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise MalformedJson(Phrase(N_("The key %(key)s stands twice."), key=ascii(key[:40])))
        found[key] = value
    return found


def _refuse_number(text: str) -> NoReturn:
    raise MalformedJson(Phrase(N_("%(number)s is not a number that can be taken."), number=text[:12]))


def _small_int(text: str) -> int:
    return int(text) if len(text.lstrip("-")) <= MAX_DIGITS else _refuse_number(text)


def _finite(text: str) -> float:
    value = float(text) if len(text) <= _MAX_FLOAT_CHARS else math.inf
    return value if math.isfinite(value) else _refuse_number(text)


def _too_deep() -> MalformedJson:
    return MalformedJson(Phrase(N_("The body nests deeper than %(max)s levels."), max=MAX_DEPTH))


def _check(value: Any, levels_left: int) -> None:
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
            raise MalformedJson(Phrase(N_("The body holds half a character (a lone surrogate).")))
    elif isinstance(value, dict | list):
        if not levels_left:
            raise _too_deep()
        for below in value:
            _check(below, levels_left - 1)
        if isinstance(value, dict):
            for below in value.values():
                _check(below, levels_left - 1)
