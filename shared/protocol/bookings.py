"""Guest stays on the wire: availability, requests, bookings, check-in, walk-ins (DESIGN §6, §8)."""

import marshmallow as ma

from shared.protocol.states import BookingState, Origin, Part, Payer
from shared.protocol.twinnings import CancellationStep
from shared.protocol.values import HASH
from shared.schemas import Choice, CreditsField, Day, Flag, Id, Instant, Slug, Text, Whole, WireSchema, Zone

SEATS_MAX = 500


class DayOffer(WireSchema):
    """What a host offers guests on one local day; set-aside seats of a twinning come on top of the common ones."""

    on = Day(required=True)
    open = Flag(required=True)
    morning_seats = Whole(max=SEATS_MAX, required=True)
    afternoon_seats = Whole(max=SEATS_MAX, required=True)
    opens_at = Instant(allow_none=True, load_default=None)
    noon_at = Instant(allow_none=True, load_default=None)
    closes_at = Instant(allow_none=True, load_default=None)


class AvailabilityUpdate(WireSchema):
    """PUT /self/availability: up to 62 days at once, one rev."""

    rev = Whole(min=1, required=True)
    days = ma.fields.List(ma.fields.Nested(DayOffer), required=True, validate=ma.validate.Length(min=1, max=62))


class AvailabilityEntry(WireSchema):
    """availability.updated, for twins: free seats of one host and day, as the hub counts them for this reader."""

    host = Slug(required=True)
    on = Day(required=True)
    open = Flag(required=True)
    morning_free = Whole(required=True)
    afternoon_free = Whole(required=True)
    opens_at = Instant(allow_none=True, load_default=None)
    noon_at = Instant(allow_none=True, load_default=None)
    closes_at = Instant(allow_none=True, load_default=None)


class StayWanted(WireSchema):
    """One wanted stay; the id was minted before the first submission."""

    id = Id(required=True)
    on = Day(required=True)
    part = Choice(Part, required=True)
    terms_version = Whole(required=True)
    price_credits = CreditsField(required=True)
    card = Text(max=8192, required=True, privacy="sealed")
    host_guest = Id(required=True, privacy="pseudonym")


class StayRequest(WireSchema):
    """PUT /requests/{id}: 1–31 stays of one member at one host, all or nothing."""

    host = Slug(required=True)
    guest = Id(required=True, privacy="pseudonym")
    twinning_id = Id(required=True)
    stays = ma.fields.List(ma.fields.Nested(StayWanted), required=True, validate=ma.validate.Length(min=1, max=31))


class BookingEntry(WireSchema):
    """booking.updated and every booking answer: the whole state of one stay. `card` only goes to the host."""

    id = Id(required=True)
    rev = Whole(required=True)
    state = Choice(BookingState, required=True)
    origin = Choice(Origin, required=True)
    reason = Text(max=60, allow_none=True, load_default=None)
    home = Slug(required=True)
    host = Slug(required=True)
    guest = Id(allow_none=True, load_default=None, privacy="pseudonym")
    host_guest = Id(allow_none=True, load_default=None, privacy="pseudonym")
    twinning_id = Id(required=True)
    on = Day(required=True)
    part = Choice(Part, required=True)
    zone = Zone(required=True)
    opens_at = Instant(allow_none=True, load_default=None)
    closes_at = Instant(allow_none=True, load_default=None)
    terms_version = Whole(required=True)
    price_credits = CreditsField(required=True)
    charged_credits = CreditsField(allow_none=True, load_default=None)
    cancellation = ma.fields.List(ma.fields.Nested(CancellationStep), required=True)
    payer = Choice(Payer, required=True)
    card = Text(max=8192, allow_none=True, load_default=None, privacy="sealed")
    checked_in_at = Instant(allow_none=True, load_default=None)
    hub_signed = Text(max=4000, allow_none=True, load_default=None)


class RequestAnswer(WireSchema):
    """The answer to a request: every stay's state; a refusal is data with its reason and, where it helps, what is true now."""

    request_id = Id(required=True)
    bookings = ma.fields.List(ma.fields.Nested(BookingEntry), required=True)
    price_now_credits = CreditsField(allow_none=True, load_default=None)
    terms_version_now = Whole(allow_none=True, load_default=None)


class Cancellation(WireSchema):
    """POST /bookings/{id}/cancel, by home or host; `pressed_at` counts only inside a recorded outage."""

    pressed_at = Instant(required=True)
    note = Text(max=300, min=0, load_default="")


class CheckIn(WireSchema):
    """POST /bookings/{id}/check-in, by the host: when, and the proof where a pass was scanned."""

    at = Instant(required=True)
    proof_sha256 = ma.fields.String(allow_none=True, load_default=None, validate=HASH, metadata={"privacy": "pseudonym"})
    record = Text(max=4000, required=True)


class VisitRecord(WireSchema):
    """The payload the host signs (typ visit+jwt): what really happened, immutable."""

    id = Id(required=True)
    host = Slug(required=True)
    home = Slug(required=True)
    on = Day(required=True)
    part = Choice(Part, required=True)
    at = Instant(required=True)
    origin = Choice(Origin, required=True)
    proof_sha256 = ma.fields.String(allow_none=True, load_default=None, validate=HASH)
    passport_ref = ma.fields.String(allow_none=True, load_default=None, validate=HASH)
    offline = Flag(required=True)


class WalkIn(WireSchema):
    """PUT /visits/{id}: a guest nobody booked, received by the host; the record names passport ref, home and day."""

    record = Text(max=4000, required=True)
