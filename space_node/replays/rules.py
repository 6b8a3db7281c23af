"""What follows from a format once it has a day: the dates of its tasks, the times of its agenda, the text of its draft. Pure."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

DESCRIPTION_MAX = 4000
SAME_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Due:
    """One task of a replay with its day."""

    place: int
    on: dt.date
    text: str
    role: str
    days_before: int


@dataclass(frozen=True)
class Moment:
    """One step of the agenda at its wall time."""

    at: dt.datetime
    minutes: int
    text: str


def due(checklist: Iterable[Mapping[str, Any]], on: dt.date) -> list[Due]:
    """The tasks with the days on which they are to be done, the next one first."""
    found = [
        Due(place, on - dt.timedelta(days=one["days_before"]), one["text"], one["role"], one["days_before"])
        for place, one in enumerate(checklist)
    ]
    return sorted(found, key=lambda one: (one.on, one.place))


def schedule(agenda: Iterable[Mapping[str, Any]], starts: dt.datetime) -> list[Moment]:
    """The agenda from an instant on; instants, so that a night on which the clocks change is no longer than it is."""
    return [
        Moment(starts + dt.timedelta(minutes=one["offset_minutes"]), one["minutes"], one["text"])
        for one in sorted(agenda, key=lambda one: int(one["offset_minutes"]))
    ]


def described(text: str, credit: str) -> str:
    """The description of an event made from a format, with its credit, which nothing may push out."""
    room = DESCRIPTION_MAX - len(credit) - 2
    fitting = text if len(text) <= room else text[: room - 1] + "…"
    return f"{fitting}\n\n{credit}".strip()
