"""What terms must fit: the agreement that they continue, the two spaces as the hub knows them, and themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.errors import FieldFault
from shared.marking import N_, Phrase


@dataclass(frozen=True)
class Expected:
    """What the hub knows and the payload must say."""

    twinning_id: str
    version: int
    spaces: tuple[str, str]
    prev_hash: str | None
    thumbprints: Mapping[str, str | None]


def pair_faults(pair: Sequence[str], proposer: str) -> list[FieldFault]:
    """What is wrong with the two spaces that a payload names."""
    return _faults(
        ("/spaces", proposer in pair, N_("The proposer must be one of the two spaces.")),
        ("/spaces", list(pair) == sorted(set(pair)), N_("Name two different spaces, in alphabetical order.")),
    )


def term_faults(payload: Mapping[str, Any], expected: Expected, *, version: int) -> list[FieldFault]:
    """Every place where a payload, sent as this version, contradicts the agreement that it continues, or itself."""
    hosts, hours = [o["host"] for o in payload["offers"]], [s["hours_before"] for s in payload["cancellation"]]
    follows = payload["version"] == version == expected.version
    return _faults(
        ("/twinning_id", payload["twinning_id"] == expected.twinning_id, N_("This is another twinning’s id.")),
        ("/version", follows, Phrase(N_("The next version of this twinning is %(version)s."), version=expected.version)),
        ("/spaces", tuple(payload["spaces"]) == expected.spaces, N_("A twinning keeps its two spaces.")),
        ("/prev_hash", payload["prev_hash"] == expected.prev_hash, N_("This does not follow the version before.")),
        ("/root_thumbprints", payload["root_thumbprints"] == dict(expected.thumbprints), N_("These are not the two root keys.")),
        ("/offers", sorted(hosts) == list(expected.spaces), N_("Each of the two offers something.")),
        ("/cancellation", 0 in hours, N_("One step must begin at 0 hours.")),
        ("/cancellation", len(set(hours)) == len(hours), N_("Two steps begin at the same time.")),
        ("/cancellation", _never_cheaper(payload["cancellation"]), N_("Cancelling later must not cost less.")),
        ("/valid_until", _ends_after_start(payload), N_("The terms end before they begin.")),
    )


def _faults(*checks: tuple[str, bool, str]) -> list[FieldFault]:
    return [FieldFault(pointer=pointer, detail=detail) for pointer, holds, detail in checks if not holds]


def _never_cheaper(steps: Sequence[Mapping[str, int]]) -> bool:
    charges = [step["charge_percent"] for step in sorted(steps, key=lambda step: -step["hours_before"])]
    return charges == sorted(charges)


def _ends_after_start(payload: Mapping[str, Any]) -> bool:
    until = payload["valid_until"]
    return until is None or payload["valid_from"] <= until
