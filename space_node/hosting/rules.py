"""Where those who come to our sessions stand, and what a home is told of its people: pure (DESIGN §9, §12)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.protocol.states import RsvpState

NAMES_KEPT = dt.timedelta(days=30)
NOTICES_A_DAY, NOTICES_TOLD = 10, 5
# What a box of a brief can hold of plain JSON, with its wrapping.
BRIEF_PLAIN_MAX = 11_000

SEATED = frozenset({RsvpState.CONFIRMED, RsvpState.ATTENDED})
# Who had a seat when the session began: what a home may be told of afterwards.
WERE_SEATED = SEATED | {RsvpState.NO_SHOW}
WAITING = frozenset({RsvpState.WAITLISTED, RsvpState.OFFERED})


class Group(StrEnum):
    """Where somebody stands on the door list."""

    EXPECTED = "expected"
    HERE = "here"
    UNSURE = "unsure"
    WAITING = "waiting"
    TO_DECIDE = "to_decide"
    OFF = "off"


GROUPS: dict[str, Group] = {
    RsvpState.ASKED: Group.UNSURE,
    RsvpState.PENDING: Group.TO_DECIDE,
    RsvpState.WAITLISTED: Group.WAITING,
    RsvpState.OFFERED: Group.WAITING,
    RsvpState.CONFIRMED: Group.EXPECTED,
    # Somebody noted as missing may still be noted as having come.
    RsvpState.NO_SHOW: Group.EXPECTED,
    RsvpState.ATTENDED: Group.HERE,
}


def group(state: str, *, arrived: bool) -> Group:
    """Where a person stands: who was checked in here is here, whatever the hub has heard of it."""
    return Group.HERE if arrived else GROUPS.get(state, Group.OFF)


def may_cancel(state: str, *, arrived: bool, asked: bool) -> bool:
    """Whether the host can still take somebody off the list."""
    return not arrived and not asked and (state in WAITING or state in (RsvpState.CONFIRMED, RsvpState.PENDING))


def keeps_name(*, ends_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether a name may still be kept, or learnt, after a session."""
    return ends_at is None or now <= ends_at + NAMES_KEPT


@dataclass(frozen=True)
class Coming:
    """One party with a seat, as far as a home's brief is concerned."""

    home: str
    name: str
    shares: bool


def brief(
    home: str,
    *,
    people: Iterable[Coming],
    list_open: bool,
    join_url: str | None,
    notices: Sequence[Mapping[str, Any]],
    recap: str,
    seated: bool,
) -> dict[str, Any]:
    """What one home is told: the way in, if one of its people has a seat; who else comes, if one of them shares it too."""
    sharing = [one for one in people if one.shares and one.name] if list_open else []
    found: dict[str, Any] = {
        "join_url": join_url if seated else None,
        "notices": list(notices)[-NOTICES_TOLD:],
        "attendees": [],
        "sharing": len(sharing),
        "recap": recap,
    }
    if any(one.home == home for one in sharing):
        listed = sorted(sharing, key=lambda one: (one.home != home, one.name.casefold(), one.home))
        found["attendees"] = [{"name": one.name, "home": one.home} for one in listed]
    return found


def shortened(payload: dict[str, Any]) -> dict[str, Any]:
    """The same with less in it: half of the names, and once few are left, without the oldest message."""
    names, notices = payload["attendees"], payload["notices"]
    if len(names) > 20 or not notices:
        return {**payload, "attendees": names[: len(names) // 2]}
    return {**payload, "notices": notices[1:]}


@dataclass(frozen=True)
class Share:
    """How one home took part."""

    home: str
    confirmed: int
    waiting: int
    attended: int


def by_home(counts: Iterable[Mapping[str, Any]]) -> list[Share]:
    """The counts of several sessions, added up by home: the most people first."""
    total: dict[str, list[int]] = {}
    for one in counts:
        held = total.setdefault(str(one["home"]), [0, 0, 0])
        for place, name in enumerate(("confirmed", "waiting", "attended")):
            held[place] += int(one[name])
    return sorted((Share(home, *held) for home, held in total.items()), key=lambda one: (-one.confirmed - one.attended, one.home))
