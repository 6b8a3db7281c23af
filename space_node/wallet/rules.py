"""What a wallet is worth on a day, and what can be given: pure."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.protocol.states import LotKind


@dataclass(frozen=True, kw_only=True)
class Gift:
    """What is given. Amounts are 1/100 credit; both days count."""

    credits: int
    kind: LotKind
    valid_from: dt.date
    expires_on: dt.date


@dataclass(frozen=True)
class LotView:
    """One lot as a member reads it. Amounts are 1/100 credit."""

    amount: int
    held: int
    kind: str
    issuer: str
    valid_from: dt.date
    expires_on: dt.date

    def is_valid(self, on: dt.date) -> bool:
        """Whether a visit on that day can be paid from it."""
        return self.valid_from <= on <= self.expires_on


def view(lots: Iterable[Mapping[str, Any]]) -> list[LotView]:
    """The lots with something left, earliest expiry first."""
    shown = [
        LotView(
            amount=lot["credits"] - lot["held"] - lot["spent"],
            held=lot["held"],
            kind=lot["kind"],
            issuer=lot["issuer"],
            valid_from=dt.date.fromisoformat(lot["valid_from"]),
            expires_on=dt.date.fromisoformat(lot["expires_on"]),
        )
        for lot in lots
    ]
    return sorted((lot for lot in shown if lot.amount or lot.held), key=lambda lot: (lot.expires_on, lot.issuer))


def available(lots: Iterable[LotView], on: dt.date) -> int:
    """What can pay for a visit on that day."""
    return sum(lot.amount for lot in lots if lot.is_valid(on))


def can_be_spent(gift: Gift, today: dt.date) -> bool:
    """Whether there is a day left on which a gift is valid."""
    return gift.expires_on >= max(gift.valid_from, today)
