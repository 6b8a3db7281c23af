"""Terms of a twinning as values: what both sides signed, and what it means for one stay (DESIGN §6, §8)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.protocol.states import Part


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
class TwinningTerms:
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


def read_terms(payload: Mapping[str, Any]) -> TwinningTerms:
    """Terms out of a payload that has passed the wire's schema."""
    first, second = sorted(payload["spaces"])
    return TwinningTerms(
        twinning_id=payload["twinning_id"],
        version=payload["version"],
        spaces=(first, second),
        offers={offer["host"]: HostOffer(**offer) for offer in payload["offers"]},
        cancellation=tuple(sorted((CancellationStep(**step) for step in payload["cancellation"]), key=lambda s: -s.hours_before)),
        no_show_percent=payload["no_show_percent"],
        valid_from=payload["valid_from"],
        valid_until=payload["valid_until"],
    )


def cancellation_credits(*, price: int, steps: Sequence[CancellationStep], opens_at: dt.datetime, now: dt.datetime) -> int:
    """What cancelling now costs: the step with the longest notice that is still kept; part credits go to the guest."""
    notice_hours = (opens_at - now).total_seconds() / 3600
    kept = [step for step in steps if notice_hours >= step.hours_before]
    latest = min(steps, key=lambda step: step.hours_before)
    step = max(kept, key=lambda step: step.hours_before, default=latest)
    return price * step.charge_percent // 100
