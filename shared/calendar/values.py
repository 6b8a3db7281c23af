"""The values of properties: instants, whole days, lengths, text. A zone is only its name: rules in a file are not believed."""

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from shared.calendar.errors import Faulty
from shared.calendar.lines import Line
from shared.clock import UnknownZone, zone_info
from shared.fields import FIRST_YEAR, LAST_YEAR
from shared.marking import N_, Phrase

_DATE = r"([0-9]{4})([0-9]{2})([0-9]{2})"
_DAY, _MOMENT = re.compile(_DATE), re.compile(_DATE + r"T([0-9]{2})([0-9]{2})([0-9]{2})(Z?)")
_LENGTH = re.compile(r"\+?P(?:([0-9]{1,4})W|(?:([0-9]{1,4})D)?(?:T(?:([0-9]{1,5})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,7})S)?)?)")
_ESCAPED = re.compile(r"\\([\\;,nN])")
_UTC_NAMES = frozenset({"Z", "UTC", "GMT", "Etc/UTC", "Etc/GMT"})
_FIRST_SERIES_YEAR = 1970


@dataclass(frozen=True)
class When:
    """A time as it is written: wall time and zone (none for UTC), or a whole day."""

    local: dt.datetime
    zone: str | None
    is_day: bool

    def at(self, on: dt.date) -> dt.datetime:
        """The instant of the same wall time on another day; where the clocks jump over it, it is later by the gap (RFC 5545)."""
        info = ZoneInfo(self.zone) if self.zone else dt.UTC
        return dt.datetime.combine(on, self.local.time(), info).astimezone(dt.UTC)

    @property
    def instant(self) -> dt.datetime:
        """The instant that is meant; of a whole day, its first in UTC."""
        return self.at(self.local.date())


def when(line: Line, own_zone: str) -> When:
    """The time of a property; without a zone it is in our own. Raises Faulty."""
    text = line.value.strip()
    if day := _DAY.fullmatch(text):
        return When(_checked(day.groups()), None, is_day=True)
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise Faulty(Phrase(N_("%(text)s is no time."), text=_quoted(text)))
    local = _checked(found.groups()[:6])
    if found[7]:
        return When(local, None, is_day=False)
    zone = zone_of(line.parameters["TZID"]) if "TZID" in line.parameters else own_zone
    return When(local, None if zone == "UTC" else zone, is_day=False)


def whens(found: list[Line], own_zone: str) -> list[When]:
    """The times of properties that hold lists of them. Raises Faulty."""
    return [when(line._replace(value=value), own_zone) for line in found for value in line.value.split(",")]


def zone_of(name: str) -> str:
    """The zone of the IANA database that a file means by this name. Raises Faulty."""
    if name in _UTC_NAMES:
        return "UTC"
    parts = WINDOWS_TO_OLSON.get(name, name).strip("/").split("/")
    # Some programs write the zone's name behind one of their own: /mozilla.org/20070129_1/Europe/Rome.
    for start in range(min(len(parts), 4)):
        try:
            return str(zone_info("/".join(parts[start:])).key)
        except UnknownZone:
            continue
    raise Faulty(Phrase(N_("Its time zone, %(text)s, is not known."), text=_quoted(name)))


def length(text: str) -> dt.timedelta:
    """A length of time. Raises Faulty."""
    found = _LENGTH.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        raise Faulty(Phrase(N_("%(text)s is no length of time."), text=_quoted(text)))
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return dt.timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def unescaped(value: str) -> str:
    """A text without the marks that keep it apart from the format."""
    return _ESCAPED.sub(lambda mark: "\n" if mark[1] in "nN" else mark[1], value)


def unescaped_list(value: str) -> list[str]:
    """A list of texts."""
    return [unescaped(part) for part in re.split(r"(?<!\\),", value)]


def _checked(groups: tuple[str | None, ...]) -> dt.datetime:
    try:
        local = dt.datetime(*(int(group or 0) for group in groups))  # type: ignore[arg-type] # noqa: DTZ001 - wall time
    except ValueError:
        raise Faulty(N_("There is no such time.")) from None
    if not _FIRST_SERIES_YEAR <= local.year <= LAST_YEAR:
        raise Faulty(Phrase(N_("A year from %(first)s to %(last)s is expected here."), first=FIRST_YEAR, last=LAST_YEAR))
    return local


def _quoted(text: str) -> str:
    return text[:40]
