"""What terms must fit, and what they mean for one stay. Pure: both nodes recompute the same figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.errors import FieldFault
from shared.marking import N_, Phrase

FIRST_VERSION = 1


@dataclass(frozen=True)
class Expected:
    """What the hub knows and the payload must say."""

    twinning_id: str
    version: int
    proposer: str
    prev_hash: str | None
    thumbprints: Mapping[str, str | None]


def term_faults(payload: Mapping[str, Any], expected: Expected) -> list[FieldFault]:
    """Every place where a payload contradicts the agreement it belongs to or itself."""
    spaces = payload["spaces"]
    checks = (
        ("/twinning_id", payload["twinning_id"] == expected.twinning_id, N_("This is another twinning's id.")),
        ("/version", payload["version"] == expected.version, N_("This is another version's number.")),
        ("/proposer", payload["proposer"] == expected.proposer, N_("The proposer must be the space that signs.")),
        ("/spaces", expected.proposer in spaces, N_("The proposer must be one of the two spaces.")),
        ("/spaces", spaces == sorted(set(spaces)), N_("Name two different spaces, in alphabetical order.")),
        ("/prev_hash", payload["prev_hash"] == expected.prev_hash, N_("This does not follow the version before.")),
        ("/root_thumbprints", payload["root_thumbprints"] == dict(expected.thumbprints), N_("These are not the two root keys.")),
        ("/offers", sorted(o["host"] for o in payload["offers"]) == spaces, N_("Each of the two offers something.")),
        ("/cancellation", any(s["hours_before"] == 0 for s in payload["cancellation"]), N_("One step must begin at 0 hours.")),
        ("/valid_until", _ends_after_start(payload), N_("The terms end before they begin.")),
    )
    return [FieldFault(pointer=pointer, detail=Phrase(text)) for pointer, holds, text in checks if not holds]


def _ends_after_start(payload: Mapping[str, Any]) -> bool:
    until = payload["valid_until"]
    return until is None or payload["valid_from"] <= until
