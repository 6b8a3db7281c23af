"""Spaces on the wire: invite, application, profile, the space's own entry and the directory (DESIGN §6, §11)."""

import marshmallow as ma

from shared.protocol.states import SpaceState
from shared.protocol.values import CLOCK_TIME, COUNTRY, HASH, LANGUAGE
from shared.schemas import (
    Choice,
    CreditsField,
    Email,
    Flag,
    Id,
    Instant,
    Slug,
    Text,
    WebAddress,
    Whole,
    WireSchema,
    Zone,
)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class OpeningHours(WireSchema):
    """Local wall times of one weekday. The morning ends and the afternoon begins at `noon`."""

    weekday = ma.fields.String(required=True, validate=ma.validate.OneOf(WEEKDAYS))
    opens = ma.fields.String(required=True, validate=CLOCK_TIME)
    noon = ma.fields.String(load_default="13:00", validate=CLOCK_TIME)
    closes = ma.fields.String(required=True, validate=CLOCK_TIME)


class Profile(WireSchema):
    """What a space shows its twins. The directory shows name, city, country and zone to the whole network."""

    name = Text(max=80, required=True)
    city = Text(max=80, required=True)
    country = ma.fields.String(required=True, validate=COUNTRY)
    zone = Zone(required=True)
    address = Text(max=200, required=True)
    languages = ma.fields.List(ma.fields.String(validate=LANGUAGE), required=True, validate=ma.validate.Length(min=1, max=8))
    web = WebAddress(required=True)
    welcome = Text(max=1000, min=0, multiline=True, load_default="")
    access_notes = Text(max=1000, min=0, multiline=True, load_default="")
    opening_hours = ma.fields.List(ma.fields.Nested(OpeningHours), required=True, validate=ma.validate.Length(max=7))


class ProfileUpdate(WireSchema):
    """PUT /self/profile: the space's own state with its rev."""

    rev = Whole(min=1, required=True)
    profile = ma.fields.Nested(Profile, required=True)


class Application(WireSchema):
    """POST /applications: the one-use invite and the JWS (typ application+jwt) signed by the new root key."""

    invite = Text(max=100, required=True)
    application = Text(max=20_000, required=True)


class ApplicationPayload(WireSchema):
    """What the root key signs when a space joins."""

    hub = Text(max=200, required=True)
    root_key = ma.fields.Dict(required=True)
    key_set = Text(max=16_000, required=True)
    profile = ma.fields.Nested(Profile, required=True)
    contact_email = Email(required=True, privacy="space")
    charter_version = Whole(required=True)
    charter_sha256 = ma.fields.String(required=True, validate=HASH)
    accepted_by = Text(max=80, required=True, privacy="space")


class Limits(WireSchema):
    """What a space may do now; probation's are low."""

    issuer_limit_credits = CreditsField(required=True)
    pair_limit_credits = CreditsField(required=True)
    open_bookings_max = Whole(required=True)


class OwnEntry(WireSchema):
    """GET /self: what the hub holds of the caller, by which a node checks itself."""

    space = Slug(required=True)
    state = Choice(SpaceState, required=True)
    rev = Whole(required=True)
    epoch = Text(max=16, required=True)
    profile_rev = Whole(required=True)
    key_set_rev = Whole(required=True)
    root_thumbprint = Text(max=64, required=True)
    limits = ma.fields.Nested(Limits, required=True)
    availability_rev = Whole(required=True)
    status_list_rev = Whole(required=True)


class SelfTestStep(WireSchema):
    """One step of the self-test after joining."""

    name = Text(max=40, required=True)
    passed = Flag(required=True)
    detail = Text(max=200, load_default="", min=0)


class SelfTest(WireSchema):
    """POST /self/test: the steps a joined node ran; all passed moves it from applied to probation."""

    steps = ma.fields.List(ma.fields.Nested(SelfTestStep), required=True, validate=ma.validate.Length(min=1, max=20))


class KeySetUpdate(WireSchema):
    """PUT /self/keys: the root-signed key set."""

    rev = Whole(min=1, required=True)
    key_set = Text(max=16_000, required=True)


class Service(WireSchema):
    """GET /fed/v1: who this hub is and what it speaks."""

    issuer = Text(max=200, required=True)
    network = Text(max=80, required=True)
    versions = ma.fields.List(Whole(), required=True)
    capabilities = ma.fields.List(Text(max=40), required=True)
    root_thumbprint = Text(max=64, required=True)
    key_set = Text(max=16_000, required=True)
    charter_version = Whole(required=True)
    charter_sha256 = Text(max=64, required=True)
    charter_text = Text(max=20_000, multiline=True, required=True)
    epoch = Text(max=16, required=True)


class SpaceEntry(WireSchema):
    """space.updated, for the whole network: the directory's line."""

    space = Slug(required=True)
    name = Text(max=80, required=True)
    city = Text(max=80, required=True)
    country = Text(max=2, required=True)
    zone = Zone(required=True)
    state = ma.fields.String(required=True)


class ProfileEntry(WireSchema):
    """profile.updated, for twins: the whole profile."""

    space = Slug(required=True)
    profile = ma.fields.Nested(Profile, required=True)


class Standing(WireSchema):
    """standing.updated, for the space itself: its state and limits as the hub holds them."""

    space = Slug(required=True)
    state = ma.fields.String(required=True)
    limits = ma.fields.Nested(Limits, required=True)
    reason = Text(max=500, min=0, load_default="")


class KeyListNews(WireSchema):
    """key-list.updated, for the whole network: a new list is there to fetch."""

    seq = Whole(required=True)


class StatusListNews(WireSchema):
    """status-list.updated, for twins: a new list of this space is there to fetch."""

    space = Slug(required=True)
    rev = Whole(required=True)
    vouched_at = Instant(required=True)


class Receipt(WireSchema):
    """The answer to a state PUT: the rev that the hub holds now."""

    rev = Whole(required=True)


class ApplicationReceipt(WireSchema):
    """The answer to an application."""

    space = Slug(required=True)
    application_id = Id(required=True)
    state = Choice(SpaceState, required=True)
