"""Pure decisions of the ledger: which lots pay, what a part payment takes, which legs a payment has, when a lot is over.

Credits are integers of 1/100 credit throughout. A reservation is a row of pieces, earliest expiry first; what happens to it
later (a part is paid, the rest goes back, all is reversed) follows from that row, so that the audit can work it out again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, TypedDict

from shared.protocol.states import LotKind, Part

CHILD_LOT_DAYS = 14
# Offline visits are reported up to 30 days late (DESIGN §8), and are still paid from lots that were valid on their day.
LAPSE_AFTER_DAYS = 31
HOSPITALITY_CREDITS_A_DAY = 200
# In the place of a host: what an issuer owes all together. No slug looks like this, and it sorts before all of them.
NETWORK = "*"
# A day ends last on Earth at UTC−12: only there is a date over for everybody, in whatever zone the lot is used.
_LAST_ZONE = timedelta(hours=12)


# An issuer, and whom it may owe up to a limit: one host, or the network.
Limit = tuple[str, str]


class AccountKind(StrEnum):
    """What an account counts: credits given out by a space, what a space is owed, what is left of a lot."""

    ISSUED = "issued"
    POSITION = "position"
    LOT = "lot"


class TransferKind(StrEnum):
    """Why credits move."""

    STAY = "stay"
    WALK_IN = "walk_in"
    HOSPITALITY = "hospitality"
    GRANT = "grant"
    REVERSAL = "reversal"
    EXTENSION = "extension"
    LAPSE = "lapse"


class Stay(TypedDict):
    """What is paid: whose stay, where, when, and for how much."""

    home: str
    guest: str
    host: str
    on: date
    part: Part
    credits: int


class Gift(TypedDict):
    """What a grant gives: whose credits to whom, how many, and on which days they are valid."""

    issuer: str
    home: str
    guest: str
    kind: LotKind
    credits: int
    valid_from: date
    expires_on: date


class Account(NamedTuple):
    """One account. The owner is a space's slug, or the id of a lot."""

    kind: AccountKind
    owner: str


class Leg(NamedTuple):
    """What one account gets (or gives, below zero) in a transfer."""

    account: Account
    credits: int


class Piece(NamedTuple):
    """A part of one lot, or of a home's hospitality (no lot), that pays a host."""

    lot_id: str | None
    issuer: str
    host: str
    credits: int


class Spendable(NamedTuple):
    """What a lot has left, and when it may be used."""

    lot_id: str
    issuer: str
    available: int
    valid_from: date
    expires_on: date


class Choice(NamedTuple):
    """The pieces that pay, what they fall short, and whether a limit is all that stands in the way."""

    pieces: list[Piece]
    missing: int
    limited: bool


def choose(lots: Iterable[Spendable], *, host: str, on: date, credits: int, room: Mapping[str, int]) -> Choice:
    """Take the price from the lots that are valid on the day, earliest expiry first.

    `room` is what each issuer may still owe; an issuer without an entry takes no part, and the host's own lots need none.
    """
    left, blocked, rooms = credits, 0, dict(room)
    pieces: list[Piece] = []
    for lot in sorted(lots, key=lambda lot: (lot.expires_on, lot.lot_id)):
        if not lot.valid_from <= on <= lot.expires_on:
            continue
        wanted = min(left, lot.available)
        taken = wanted if lot.issuer == host else min(wanted, max(rooms.get(lot.issuer, 0), 0))
        blocked += lot.available - taken if taken < wanted else 0
        if taken > 0:
            pieces.append(Piece(lot.lot_id, lot.issuer, host, taken))
            rooms[lot.issuer] = rooms.get(lot.issuer, 0) - taken
            left -= taken
    return Choice(pieces, missing=left, limited=0 < left <= blocked)


def split_capture(pieces: Sequence[Piece], credits: int) -> tuple[list[Piece], list[Piece]]:
    """Part a reservation into what is paid, earliest expiry first, and what goes back. Raises ValueError beyond its sum."""
    if not 0 <= credits <= total(pieces):
        raise ValueError("A capture lies between nothing and all that is held.")
    paid: list[Piece] = []
    returned: list[Piece] = []
    for piece in pieces:
        taken = min(credits, piece.credits)
        credits -= taken
        paid += [piece._replace(credits=taken)] if taken else []
        returned += [piece._replace(credits=piece.credits - taken)] if taken < piece.credits else []
    return paid, returned


def total(pieces: Iterable[Piece]) -> int:
    """What the pieces come to."""
    return sum(piece.credits for piece in pieces)


def legs_of(kind: TransferKind, transfer_id: str, pieces: Iterable[Piece]) -> list[Leg]:
    """What a transfer writes into the journal.

    A grant or a reversal runs the legs of a payment back; a lapse pays the issuer itself, which takes no position; an
    extension moves what came back to a lot that is over into the child lot, whose id is the transfer's.
    """
    if kind == TransferKind.EXTENSION:
        child = Account(AccountKind.LOT, transfer_id)
        return [leg for piece in pieces for leg in _move(_lot(piece), child, piece.credits)]
    forward = [leg for piece in pieces for leg in _payment_legs(piece)]
    if kind in (TransferKind.GRANT, TransferKind.REVERSAL):
        return [leg._replace(credits=-leg.credits) for leg in forward]
    return forward


def _payment_legs(piece: Piece) -> list[Leg]:
    """A piece ends a promise of its issuer, who from then on owes the host; hospitality is owed without a promise."""
    legs: list[Leg] = []
    if piece.lot_id is not None:
        legs += _move(_lot(piece), Account(AccountKind.ISSUED, piece.issuer), piece.credits)
    if piece.issuer != piece.host:
        issuer, host = (Account(AccountKind.POSITION, space) for space in (piece.issuer, piece.host))
        legs += _move(issuer, host, piece.credits)
    return legs


def _move(giver: Account, taker: Account, credits: int) -> list[Leg]:
    return [Leg(giver, -credits), Leg(taker, credits)]


def _lot(piece: Piece) -> Account:
    return Account(AccountKind.LOT, piece.lot_id or "")


def owed(pieces: Iterable[Piece]) -> dict[Limit, int]:
    """What the pieces count against which limits: of each issuer towards the host and towards the network, in locking order."""
    sums: dict[Limit, int] = {}
    for piece in pieces:
        if piece.issuer != piece.host:
            for whom in (NETWORK, piece.host):
                sums[piece.issuer, whom] = sums.get((piece.issuer, whom), 0) + piece.credits
    return dict(sorted(sums.items()))


def room_left(most: Mapping[Limit, int], exposure: Mapping[Limit, int]) -> dict[str, int]:
    """What each issuer may still owe: the least that any of its limits leaves."""
    room: dict[str, int] = {}
    for (issuer, whom), limit in most.items():
        left = limit - exposure.get((issuer, whom), 0)
        room[issuer] = min(left, room.get(issuer, left))
    return room


def earth_day(now: datetime) -> date:
    """The earliest date that is still a today somewhere."""
    return (now - _LAST_ZONE).date()


def is_over(expires_on: date, now: datetime) -> bool:
    """Whether the last day has ended everywhere."""
    return expires_on < earth_day(now)


def child_period(now: datetime) -> tuple[date, date]:
    """The days on which credits can be used that came back to a lot that is over."""
    return earth_day(now), now.date() + timedelta(days=CHILD_LOT_DAYS)


def lapses_before(now: datetime) -> date:
    """Lots that ended before this day lapse: what is left of them goes back to their issuer."""
    return earth_day(now) - timedelta(days=LAPSE_AFTER_DAYS)
