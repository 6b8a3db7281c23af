"""Credits on the wire: grants, wallets, statements (DESIGN §6, §8)."""

from collections.abc import Iterable, Mapping
from typing import Any

import marshmallow as ma

from shared.ids import sha256_hex
from shared.protocol.states import LotKind, Part
from shared.schemas import Choice, CreditsField, Day, Id, Instant, Slug, Text, Whole, WireSchema
from shared.units import CREDITS_MAX


class Grant(WireSchema):
    """PUT /grants/{id}: the caller issues one lot to a member of any active space."""

    home = Slug(required=True)
    guest = Id(required=True, privacy="pseudonym")
    kind = Choice(LotKind, required=True)
    credits = CreditsField(required=True)
    valid_from = Day(required=True)
    expires_on = Day(required=True)


class Lot(WireSchema):
    """One lot as its owner's home sees it. Available now is credits − held − spent."""

    id = Id(required=True)
    issuer = Slug(required=True)
    kind = Choice(LotKind, required=True)
    credits = CreditsField(required=True)
    held = CreditsField(required=True)
    spent = CreditsField(required=True)
    valid_from = Day(required=True)
    expires_on = Day(required=True)


class WalletEntry(WireSchema):
    """wallet.updated, for the home: all live lots of one member's pseudonym."""

    guest = Id(required=True, privacy="pseudonym")
    rev = Whole(required=True)
    lots = ma.fields.List(ma.fields.Nested(Lot), required=True)


class GrantAnswer(WireSchema):
    """The answer to a grant."""

    grant_id = Id(required=True)
    home = Slug(required=True)
    guest = Id(required=True, privacy="pseudonym")
    rev = Whole(required=True)
    lot = ma.fields.Nested(Lot, required=True)


class StatementLine(WireSchema):
    """One posted movement between two positions, in journal order."""

    seq = Whole(required=True)
    booking_id = Id(required=True)
    on = Day(required=True)
    part = Choice(Part, required=True)
    issuer = Slug(required=True)
    home = Slug(required=True)
    host = Slug(required=True)
    credits = CreditsField(min=-CREDITS_MAX, required=True)
    kind = Text(max=20, required=True)
    posted_at = Instant(required=True)


class Statement(WireSchema):
    """GET /statements/{partner}: every line between the caller and one partner, and the balance from the caller's side."""

    space = Slug(required=True)
    partner = Slug(required=True)
    as_of_seq = Whole(required=True)
    lines = ma.fields.List(ma.fields.Nested(StatementLine), required=True)
    earned_credits = CreditsField(required=True)
    owed_credits = CreditsField(required=True)
    balance_credits = CreditsField(min=-CREDITS_MAX, required=True)
    sha256 = Text(max=64, required=True)


class Position(WireSchema):
    """GET /accounts/position: the caller's standing towards the network."""

    space = Slug(required=True)
    position_credits = CreditsField(min=-CREDITS_MAX, required=True)
    issued_credits = CreditsField(min=-CREDITS_MAX, required=True)
    as_of_seq = Whole(required=True)


def statement_sha256(lines: Iterable[Mapping[str, Any]]) -> str:
    """The digest of a statement, over what either side knows from its own records: one text line each, sorted.

    The hub's numbers and instants are left out. Takes the lines as the schema loads them.
    """
    names = ("booking_id", "on", "part", "issuer", "home", "host", "credits", "kind")
    texts = sorted(" ".join(str(line[name]) for name in names) + "\n" for line in lines)
    return sha256_hex("".join(texts).encode())
