"""Whether the hub's statement and this side's own records are the same, stay by stay. Pure."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from shared.protocol.states import Part


@dataclass(frozen=True)
class PaidStay:
    """What one side says of a stay that was paid: 1/100 credit, above zero where this space has earned them."""

    booking_id: str
    on: dt.date
    part: Part
    home: str
    host: str
    credits: int


@dataclass(frozen=True)
class Difference:
    """A stay that the hub and this side tell of differently; None where one of them does not know it as paid."""

    booking_id: str
    hub: PaidStay | None
    own: PaidStay | None


def stays_of(space: str, lines: Iterable[Mapping[str, Any]]) -> list[PaidStay]:
    """The hub's lines, put together by stay: one may be paid by several issuers, and paid back."""
    found: dict[tuple[Any, ...], PaidStay] = {}
    for line in lines:
        signed = line["credits"] if line["host"] == space else -line["credits"]
        said = PaidStay(line["booking_id"], line["on"], line["part"], line["home"], line["host"], signed)
        key = (said.booking_id, said.on, said.part, said.home, said.host)
        before = found.get(key)
        found[key] = said if before is None else replace(before, credits=before.credits + signed)
    return [stay for stay in found.values() if stay.credits]


def differences(hub: Iterable[PaidStay], own: Iterable[PaidStay]) -> list[Difference]:
    """The stays of which the two do not say the same, by booking."""
    theirs, ours = set(hub), set(own)
    told, known = ({stay.booking_id: stay for stay in side} for side in (theirs - ours, ours - theirs))
    return [Difference(booking_id, told.get(booking_id), known.get(booking_id)) for booking_id in sorted(told | known)]


def is_sound(statement: Mapping[str, Any], *, sha256: str) -> bool:
    """Whether the sums and the digest of a statement are those of its lines, whose digest is given."""
    space, lines = statement["space"], statement["lines"]
    earned = sum(line["credits"] for line in lines if line["host"] == space)
    owed = sum(line["credits"] for line in lines if line["issuer"] == space)
    said = tuple(statement[name] for name in ("earned_credits", "owed_credits", "balance_credits", "sha256"))
    return said == (earned, owed, earned - owed, sha256)
