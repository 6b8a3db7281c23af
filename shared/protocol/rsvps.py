"""RSVPs on the wire: asking for a seat, the hub's one answer, the waiting list, and the day itself (DESIGN §9)."""

import marshmallow as ma

from shared.protocol.events import PARTY_MAX
from shared.protocol.states import RsvpOrigin, RsvpState, SeatKind
from shared.protocol.values import HASH
from shared.schemas import Choice, CreditsField, Flag, Id, Instant, Slug, Text, Whole, WireSchema, Zone


class RsvpRequest(WireSchema):
    """PUT /rsvps/{id}: by the person's home, or by the host for somebody at the door.

    `guest` is the hub pseudonym; at the door it may be missing, or be found by `passport_ref`. `card` is an `RsvpCard` sealed
    to the host (context `rsvp/{id}`). `intent_at` is when it was pressed: it counts for the
    queue only inside an outage that the hub itself recorded. `door_seat` takes one of the session's own door seats.
    """

    session_id = Id(required=True)
    kind = Choice(SeatKind, required=True)
    origin = Choice(RsvpOrigin, load_default=RsvpOrigin.HOME)
    home = Slug(allow_none=True, load_default=None)
    guest = Id(allow_none=True, load_default=None, privacy="pseudonym")
    passport_ref = ma.fields.String(allow_none=True, load_default=None, validate=HASH, metadata={"privacy": "pseudonym"})
    party = Whole(min=1, max=PARTY_MAX, load_default=1)
    accept_fewer = Flag(load_default=False)
    take_at_once = Flag(load_default=False)
    zone = Zone(required=True)
    price_credits = CreditsField(load_default=0)
    intent_at = Instant(required=True)
    door_seat = Flag(load_default=False)
    card = Text(max=8192, allow_none=True, load_default=None, privacy="sealed")


class CardChange(WireSchema):
    """POST /rsvps/{id}/card, by home: another card in place of the first, when the person shares, or no longer does."""

    card = Text(max=8192, required=True, privacy="sealed")


class RsvpCancel(WireSchema):
    """POST /rsvps/{id}/cancel, by home or host. From home also before the request has arrived: then that is refused."""

    pressed_at = Instant(required=True)
    note = Text(max=300, min=0, load_default="")


class RsvpAction(WireSchema):
    """POST /rsvps/{id}/{accept,decline,switch} by home, …/{approve,reject} by the host; `kind` is where a switch goes."""

    kind = Choice(SeatKind, allow_none=True, load_default=None)


class Attendance(WireSchema):
    """POST /rsvps/{id}/attendance, by the host: the person came, or was marked by mistake."""

    came = Flag(required=True)
    at = Instant(required=True)


class Feedback(WireSchema):
    """POST /rsvps/{id}/feedback, by home after the session: a `FeedbackNote` sealed to the host (context `feedback/{id}`)."""

    box = Text(max=8192, required=True, privacy="sealed")


class RsvpEntry(WireSchema):
    """rsvp.updated and every RSVP answer: the whole state. `card` and `feedback` only go to the host.

    With rev 0 it answers a cancellation whose request never came: then session, event and host are null.
    """

    id = Id(required=True)
    rev = Whole(required=True)
    session_id = Id(required=True, allow_none=True)
    event_id = Id(required=True, allow_none=True)
    home = Slug(required=True)
    host = Slug(required=True, allow_none=True)
    guest = Id(allow_none=True, load_default=None, privacy="pseudonym")
    kind = Choice(SeatKind, required=True)
    origin = Choice(RsvpOrigin, required=True)
    state = Choice(RsvpState, required=True)
    reason = Text(max=60, allow_none=True, load_default=None)
    party = Whole(required=True)
    price_credits = CreditsField(required=True)
    price_now_credits = CreditsField(allow_none=True, load_default=None)
    charged_credits = CreditsField(allow_none=True, load_default=None)
    place = Whole(allow_none=True, load_default=None)
    waiting = Whole(allow_none=True, load_default=None)
    offer_expires_at = Instant(allow_none=True, load_default=None)
    checked_in_at = Instant(allow_none=True, load_default=None)
    card = Text(max=8192, allow_none=True, load_default=None, privacy="sealed")
    feedback = Text(max=8192, allow_none=True, load_default=None, privacy="sealed")


class UnheardHome(WireSchema):
    """One home that has not read what is new, and how long the hub has not heard of it; null where it never has."""

    home = Slug(required=True)
    quiet_seconds = Whole(allow_none=True, required=True)


class Unheard(WireSchema):
    """GET /sessions/{id}/unheard, by the host: the homes of those who come that have not read the last news of the session.

    Only what the feed holds for them counts: of the session itself, and of their people's places in it.
    """

    session_id = Id(required=True)
    homes = ma.fields.List(ma.fields.Nested(UnheardHome), required=True)


class BriefUpdate(WireSchema):
    """PUT /sessions/{id}/briefs/{home}, by the host: what a home shows its own people who come, sealed to that home.

    The payload (context `brief/{session}/{home}`) is a `Brief`.
    The hub takes it only for a home that has, or had, a seat there, or that holds the event too (for the recap).
    """

    rev = Whole(min=1, required=True)
    box = Text(max=16_384, required=True, privacy="sealed")


class BriefEntry(WireSchema):
    """brief.updated, to that home."""

    session_id = Id(required=True)
    host = Slug(required=True)
    rev = Whole(required=True)
    box = Text(max=16_384, required=True, privacy="sealed")
