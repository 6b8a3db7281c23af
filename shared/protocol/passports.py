"""Passports on the wire: refs, status lists, the real-time check (DESIGN §6, §7)."""

import marshmallow as ma

from shared.protocol.states import PassportAnswer
from shared.protocol.values import HASH
from shared.schemas import Choice, Id, Instant, Slug, Text, Whole, WireSchema


class PassportRef(WireSchema):
    """PUT /self/passports/{ref}: ref is SHA-256(cti); so the hub can find the wallet behind a passport it never sees."""

    guest = Id(required=True, privacy="pseudonym")
    expires_at = Instant(required=True)
    status_index = Whole(min=0, required=True)
    booking_id = Id(allow_none=True, load_default=None)


class RefReceipt(WireSchema):
    """The answer to a passport ref."""

    ref = ma.fields.String(required=True, validate=HASH, metadata={"privacy": "pseudonym"})


class StatusListUpdate(WireSchema):
    """PUT /self/status-list: the home's signed list, whole."""

    rev = Whole(min=1, required=True)
    status_list = Text(max=60_000, required=True)


class StatusListCopy(WireSchema):
    """GET /status-lists/{space}: the newest list the hub holds, and when it vouched for that."""

    space = Slug(required=True)
    rev = Whole(required=True)
    status_list = Text(max=60_000, required=True)
    vouched_at = Instant(required=True)


class KeyListCopy(WireSchema):
    """GET /key-list: the signed list; `chain` leads from the seq the caller holds to the newest."""

    seq = Whole(required=True)
    key_list = Text(max=2_000_000, required=True)
    vouched_at = Instant(required=True)


class PassportQuestion(WireSchema):
    """POST /passports/check, by a host."""

    home = Slug(required=True)
    ref = ma.fields.String(required=True, validate=HASH, metadata={"privacy": "pseudonym"})


class PassportVerdict(WireSchema):
    """The hub's answer: whether the passport is good now, and the caller's booking of today behind it, if any."""

    answer = Choice(PassportAnswer, required=True)
    booking_id = Id(allow_none=True, load_default=None)
