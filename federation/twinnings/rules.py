"""What terms must fit, and what they mean for one stay. Pure: both nodes recompute the same figures."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.errors import FieldFault
from shared.marking import N_, Phrase
from shared.protocol.states import Part

FIRST_VERSION = 1


@dataclass(frozen=True)
class HostOffer:
    """What one of the two gives the other's members. Amounts are 1/100 credit."""

    host: str
    price_day_credits: int
    price_half_credits: int
    set_aside_seats: int
    days_a_month: int
    pair_limit_credits: int


@dataclass(frozen=True)
class CancellationStep:
    """Cancelling at least this long before the opening costs this share of the price."""

    hours_before: int
    charge_percent: int


@dataclass(frozen=True)
class ActiveTerms:
    """Terms in force between two spaces."""

    twinning_id: str
    version: int
    spaces: tuple[str, str]
    offers: Mapping[str, HostOffer]
    cancellation: tuple[CancellationStep, ...]
    no_show_percent: int
    valid_from: dt.date
    valid_until: dt.date | None

    def offer_of(self, host: str) -> HostOffer:
        """What this host gives. Raises KeyError for a space that is not one of the two."""
        return self.offers[host]

    def price(self, host: str, part: Part) -> int:
        """What one stay at this host costs, in 1/100 credit."""
        offer = self.offers[host]
        return offer.price_day_credits if part is Part.DAY else offer.price_half_credits

    def covers(self, on: dt.date) -> bool:
        """Whether the terms are valid on that day."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


def read_terms(payload: Mapping[str, Any]) -> ActiveTerms:
    """Terms out of a payload that has passed the wire's schema."""
    first, second = sorted(payload["spaces"])
    return ActiveTerms(
        twinning_id=payload["twinning_id"],
        version=payload["version"],
        spaces=(first, second),
        offers={offer["host"]: HostOffer(**offer) for offer in payload["offers"]},
        cancellation=tuple(
            sorted((CancellationStep(**step) for step in payload["cancellation"]), key=lambda s: -s.hours_before)
        ),
        no_show_percent=payload["no_show_percent"],
        valid_from=payload["valid_from"],
        valid_until=payload["valid_until"],
    )


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
