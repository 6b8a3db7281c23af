"""The kinds of values that forms and bodies hold, each checked to what the rest of the code may rely on.

Text is in NFC and shows all it holds, instants are aware and in UTC, numbers are numbers. `written=True` reads what people
type into a form or a query (digits, credits with a comma); without it a number must be a JSON number.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import partial
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import marshmallow as ma
from werkzeug.urls import iri_to_uri

from shared.clock import zone_info
from shared.errors import Refusal
from shared.ids import SpaceSlug, parse_id, parse_slug
from shared.marking import N_, Phrase
from shared.text import harmless, normal, text_fault
from shared.units import CREDITS_MAX, parse_credits, show_credits

PRIVACY_CLASSES = frozenset({"none", "space", "pseudonym", "personal", "sealed"})
FIRST_YEAR, LAST_YEAR = 2020, 2100
_WHOLE_MAX = 2**31 - 1

_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE = re.compile(r"-?[0-9]{1,10}")
_WORD = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
_WRITTEN_FLAGS = {"on": True, "yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_UNFIT_FOR_ADDRESS = frozenset(' "<>\\^`{|}')
_EMAIL_MAX, _LOCAL_MAX = 254, 64
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(rf"[a-z0-9!#$%&'*+/=?^_`{{|}}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{{|}}~-]+)*@{_LABEL}(?:\.{_LABEL})+")

T = TypeVar("T")


class _Value(ma.fields.Field[T], Generic[T]):
    default_error_messages = {  # noqa: RUF012 - marshmallow's way
        "required": N_("This is needed."),
        "null": N_("This may not be empty."),
    }

    def __init__(self, *, privacy: str = "none", metadata: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(metadata={"privacy": privacy, **(metadata or {})}, **kwargs)


class _Written(_Value[T]):
    """A JSON string that a function reads; what it refuses, the field refuses with the same sentence."""

    def __init__(self, read: Callable[[str], T], *, metadata: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        self._read = read
        super().__init__(metadata={"type": "string", **(metadata or {})}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> T:  # noqa: ARG002
        if not isinstance(value, str):
            raise ma.ValidationError(N_("Text is expected here."))
        try:
            return self._read(value)
        except Refusal as refusal:
            raise ma.ValidationError(refusal.detail) from None


class Text(_Written[str]):
    """Text that people write: NFC, nothing invisible, between `min` and `max` characters."""

    def __init__(self, max: int, min: int = 1, multiline: bool = False, **kwargs: Any) -> None:
        """`min=0` lets it be blank."""

        def read(text: str) -> str:
            clean = normal(text)
            fault = text_fault(clean, max_length=max, min_length=min, multiline=multiline)
            if fault is not None:
                raise ma.ValidationError(fault)
            return clean

        super().__init__(read, metadata={"minLength": min, "maxLength": max, **kwargs.pop("metadata", {})}, **kwargs)


class SearchWords(_Written[str]):
    """Words to look for. None are wrong: what is pasted too long is cut, and what cannot be seen is not looked for."""

    def __init__(self, max: int, **kwargs: Any) -> None:
        """`max` counts the characters that are looked for."""
        super().__init__(lambda text: harmless(text, max_length=max), **kwargs)


class Slug(_Written[SpaceSlug]):
    """The short name of a space."""

    def __init__(self, **kwargs: Any) -> None:
        """As any field."""
        super().__init__(parse_slug, **kwargs)


class Id(_Written[str]):
    """A UUIDv7 in its canonical form."""

    def __init__(self, **kwargs: Any) -> None:
        """As any field."""
        super().__init__(parse_id, metadata={"format": "uuid", **kwargs.pop("metadata", {})}, **kwargs)


class Instant(_Written[datetime]):
    """An instant as RFC 3339 writes it, with its offset; aware and in UTC once read."""

    def __init__(self, **kwargs: Any) -> None:
        """As any field."""
        super().__init__(_read_instant, metadata={"format": "date-time", **kwargs.pop("metadata", {})}, **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        return None if value is None else write_instant(value)


class Day(_Written[date]):
    """A date as ISO 8601 writes it: 2026-03-29."""

    def __init__(self, *, first_year: int = FIRST_YEAR, **kwargs: Any) -> None:
        """As any field; `first_year` is the earliest that it takes."""
        read = partial(_read_day, first_year=first_year)
        super().__init__(read, metadata={"format": "date", **kwargs.pop("metadata", {})}, **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        return None if value is None else value.isoformat()


class Zone(_Written[str]):
    """A zone of the IANA database."""

    def __init__(self, **kwargs: Any) -> None:
        """As any field."""
        super().__init__(_read_zone, **kwargs)


class WebAddress(_Written[str]):
    """An address of the web, http or https, without a user's name in it."""

    def __init__(self, max: int = 500, **kwargs: Any) -> None:
        """`max` counts the characters of the address as it is sent."""
        metadata = {"format": "uri", "maxLength": max, **kwargs.pop("metadata", {})}
        super().__init__(lambda text: _read_web_address(text, max), metadata=metadata, **kwargs)


class Email(_Written[str]):
    """An e-mail address, in small letters: in practice no two people differ by capitals alone."""

    def __init__(self, **kwargs: Any) -> None:
        """As any field."""
        super().__init__(_read_email, metadata={"format": "email", **kwargs.pop("metadata", {})}, **kwargs)


class Choice(_Written[Any]):
    """One word of a closed vocabulary; `open=True` keeps words that only a newer version knows, as plain text."""

    def __init__(self, words: type[StrEnum] | Iterable[str], *, open: bool = False, **kwargs: Any) -> None:
        """Take the words of an enum, whose members it then gives, or a list of words."""
        known = {str(word): word for word in words}

        def read(text: str) -> Any:
            if text in known:
                return known[text]
            if open and _WORD.fullmatch(text):
                return text
            raise ma.ValidationError(Phrase(N_("Choose one of: %(words)s."), words=", ".join(known)))

        metadata = kwargs.pop("metadata", {}) if open else {"enum": list(known), **kwargs.pop("metadata", {})}
        super().__init__(read, metadata=metadata, **kwargs)


class Whole(_Value[int]):
    """A whole number between `min` and `max`: a JSON integer, or digits where it is `written`."""

    def __init__(self, min: int = 0, max: int = _WHOLE_MAX, *, written: bool = False, **kwargs: Any) -> None:
        """The greatest number fits a database's 32-bit integer."""
        self._min, self._max, self._written = min, max, written
        about = {"type": "integer", "minimum": min, "maximum": max, **kwargs.pop("metadata", {})}
        super().__init__(metadata=about, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:  # noqa: ARG002
        number = self._read(value) if self._written and isinstance(value, str) else value
        # A bool is an int to Python, not to anybody else.
        if type(number) is not int:
            raise ma.ValidationError(N_("A whole number is expected here."))
        if not self._min <= number <= self._max:
            raise ma.ValidationError(self._out_of_range())
        return number

    def _read(self, text: str) -> int | None:
        return int(text) if _WHOLE.fullmatch(text.strip()) else None

    def _out_of_range(self) -> str:
        return Phrase(N_("A number from %(min)s to %(max)s is expected here."), min=self._min, max=self._max)


class CreditsField(Whole):
    """Credits, as a whole number of 1/100; where it is `written`, as people write them: 1.5 or 1,5."""

    def __init__(self, min: int = 0, max: int = CREDITS_MAX, **kwargs: Any) -> None:
        """The bounds are in 1/100 credit."""
        super().__init__(min, max, **kwargs)

    def _read(self, text: str) -> int:
        try:
            return parse_credits(text)
        except Refusal as refusal:
            raise ma.ValidationError(refusal.detail) from None

    def _out_of_range(self) -> str:
        low, high = show_credits(self._min, "en"), show_credits(self._max, "en")
        return Phrase(N_("An amount from %(min)s to %(max)s credits is expected here."), min=low, max=high)


class Flag(_Value[bool]):
    """Yes or no: a JSON boolean, or a ticked box where it is `written`."""

    def __init__(self, *, written: bool = False, **kwargs: Any) -> None:
        """A form sends nothing for a box that is not ticked: give it `load_default=False`."""
        self._written = written
        super().__init__(metadata={"type": "boolean", **kwargs.pop("metadata", {})}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:  # noqa: ARG002
        known = _WRITTEN_FLAGS.get(value) if self._written and isinstance(value, str) else value
        if not isinstance(known, bool):
            raise ma.ValidationError(N_("Yes or no is expected here."))
        return known


def write_instant(at: datetime) -> str:
    """An aware instant as RFC 3339 in UTC, ending in Z. Raises ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("An instant on the wire is aware.")
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _read_instant(text: str) -> datetime:
    if not _INSTANT.fullmatch(text):
        raise ma.ValidationError(N_("A time with its offset is expected here, like 2026-03-29T09:00:00Z."))
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ma.ValidationError(N_("There is no such time.")) from None
    _refuse_far_years(at.year)
    return at.astimezone(UTC)


def _read_day(text: str, first_year: int) -> date:
    if not _DAY.fullmatch(text):
        raise ma.ValidationError(N_("A date is expected here, like 2026-03-29."))
    try:
        on = date.fromisoformat(text)
    except ValueError:
        raise ma.ValidationError(N_("There is no such date.")) from None
    _refuse_far_years(on.year, first_year)
    return on


def _refuse_far_years(year: int, first_year: int = FIRST_YEAR) -> None:
    if not first_year <= year <= LAST_YEAR:
        fault = Phrase(N_("A year from %(first)s to %(last)s is expected here."), first=first_year, last=LAST_YEAR)
        raise ma.ValidationError(fault)


def _read_zone(text: str) -> str:
    return zone_info(text).key


def _read_web_address(text: str, longest: int) -> str:
    clean = normal(text)
    if text_fault(clean, max_length=longest) is None and not _UNFIT_FOR_ADDRESS & set(clean):
        try:
            parts = urlsplit(clean)
            plain = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
            address = iri_to_uri(parts.geturl()) if plain and parts.port != 0 else ""
        except ValueError:
            address = ""
        if address.isascii() and 0 < len(address) <= longest:
            return address
    raise ma.ValidationError(N_("A web address is expected here, like https://example.org/page."))


def _read_email(text: str) -> str:
    address = text.strip().lower()
    local = address.partition("@")[0]
    if len(address) > _EMAIL_MAX or len(local) > _LOCAL_MAX or not _EMAIL.fullmatch(address):
        raise ma.ValidationError(N_("An e-mail address is expected here."))
    return address
