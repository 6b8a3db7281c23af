"""Twinnings on the wire: terms signed by both sides, version by version (DESIGN §6)."""

import marshmallow as ma

from shared.protocol.states import TwinningState
from shared.protocol.values import HASH
from shared.schemas import Choice, CreditsField, Day, Id, Instant, Slug, Text, Whole, WireSchema


class CancellationStep(WireSchema):
    """Cancelling at least `hours_before` the frozen opening costs `charge_percent` of the price."""

    hours_before = Whole(min=0, max=720, required=True)
    charge_percent = Whole(max=100, required=True)


class HostOffer(WireSchema):
    """What one of the two gives the other's members."""

    host = Slug(required=True)
    price_day_credits = CreditsField(required=True)
    price_half_credits = CreditsField(required=True)
    set_aside_seats = Whole(min=0, max=500, required=True)
    days_a_month = Whole(min=1, max=31, required=True)
    pair_limit_credits = CreditsField(required=True)


class Terms(WireSchema):
    """The payload that both sides sign (typ twinning-terms+jwt); equality is of these bytes."""

    twinning_id = Id(required=True)
    version = Whole(min=1, required=True)
    prev_hash = ma.fields.String(required=True, allow_none=True, validate=HASH)
    spaces = ma.fields.List(Slug(), required=True, validate=ma.validate.Length(equal=2))
    root_thumbprints = ma.fields.Dict(keys=Slug(), values=Text(max=64), required=True)
    proposer = Slug(required=True)
    offers = ma.fields.List(ma.fields.Nested(HostOffer), required=True, validate=ma.validate.Length(equal=2))
    cancellation = ma.fields.List(ma.fields.Nested(CancellationStep), required=True, validate=ma.validate.Length(min=1, max=5))
    no_show_percent = Whole(max=100, required=True)
    valid_from = Day(required=True)
    valid_until = Day(allow_none=True, load_default=None)


class Proposal(WireSchema):
    """PUT /twinnings/{id}/versions/{n}: the terms as signed by the proposer."""

    terms = Text(max=16_000, required=True)


class Consent(WireSchema):
    """POST …/consent: the same payload signed by the other side."""

    terms = Text(max=16_000, required=True)


class TwinningEntry(WireSchema):
    """twinning.updated and the answer to both calls: the agreement as the hub holds it."""

    twinning_id = Id(required=True)
    spaces = ma.fields.List(Slug(), required=True, validate=ma.validate.Length(equal=2))
    state = Choice(TwinningState, required=True)
    rev = Whole(required=True)
    version = Whole(required=True)
    proposal = Text(max=16_000, allow_none=True, load_default=None)
    active_version = Whole(allow_none=True, load_default=None)
    active_proposal = Text(max=16_000, allow_none=True, load_default=None)
    active_consent = Text(max=16_000, allow_none=True, load_default=None)
    activated_at = Instant(allow_none=True, load_default=None)
