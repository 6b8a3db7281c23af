"""The reader's words for state words: a label to translate and a tone that picks colour and icon.

A word can mean different things in two vocabularies (`active`, `expired`), so the table is kept by vocabulary. Words that
we do not know (a newer peer may send them) are shown as they are, in the plain tone.
"""

from enum import Enum
from typing import NamedTuple

from flask_babel import gettext

from shared import reasons
from shared.marking import N_
from shared.protocol import people_states as people_words
from shared.protocol import states as words


class StateLabel(NamedTuple):
    """What a badge shows: text in the reader's language and one of good, wait, bad, info, plain."""

    text: str
    tone: str


_SPACES = {
    "invited": (N_("Invited"), "info"),
    "applied": (N_("Applied"), "wait"),
    "probation": (N_("On probation"), "wait"),
    "active": (N_("Active"), "good"),
    "suspended": (N_("Suspended"), "bad"),
    "leaving": (N_("Leaving"), "wait"),
    "left": (N_("Has left"), "plain"),
}
_TWINNINGS = {
    "proposed": (N_("Proposed"), "wait"),
    "active": (N_("Twinned"), "good"),
    "paused": (N_("Paused"), "wait"),
    "ended": (N_("Ended"), "plain"),
}
_BOOKINGS = {
    "requested": (N_("Asked"), "info"),
    "held": (N_("Waiting for the host"), "wait"),
    "confirmed": (N_("Confirmed"), "good"),
    "checked_in": (N_("Here now"), "good"),
    "completed": (N_("Stayed"), "plain"),
    "refused": (N_("Not possible"), "bad"),
    "cancelled_by_guest": (N_("Cancelled by the guest"), "plain"),
    "cancelled_by_host": (N_("Cancelled by the host"), "bad"),
    "no_show": (N_("Did not come"), "bad"),
}
_TRANSFERS = {
    "pending": (N_("Reserved"), "wait"),
    "posted": (N_("Paid"), "good"),
    "voided": (N_("Given back"), "plain"),
    "expired": (N_("Lapsed"), "plain"),
}
_PARTS = {
    "morning": (N_("Morning"), "plain"),
    "afternoon": (N_("Afternoon"), "plain"),
    "day": (N_("Whole day"), "plain"),
}
_HALVES = {word: label for word, label in _PARTS.items() if word != "day"}
_ORIGINS = {"booking": (N_("Booked"), "plain"), "walk_in": (N_("Walk-in"), "info")}
_PAYERS = {
    "lots": (N_("The guest’s credits"), "plain"),
    "hospitality": (N_("The home space"), "plain"),
    "host": (N_("The host"), "plain"),
    "undecided": (N_("Not decided yet"), "wait"),
}
_LOTS = {
    "plan": (N_("From the plan"), "plain"),
    "purchased": (N_("Bought"), "plain"),
    "earned": (N_("Earned"), "good"),
}
_NO_REASONS = {
    "no-desk": (N_("No desk is free on that day."), "bad"),
    "no-credit": (N_("There are not enough credits."), "bad"),
    "day-past": (N_("That day has passed."), "bad"),
    "day-too-far": (N_("That day is too far ahead."), "bad"),
    "space-closed": (N_("The space is closed on that day."), "bad"),
    "not-twinned": (N_("The two spaces are not twinned."), "bad"),
    "terms-changed": (N_("The terms have changed. Please look at the new price."), "wait"),
    "limit-reached": (N_("The limit between the two spaces is reached."), "bad"),
    "days-spent": (N_("The guest days of this period are used up."), "bad"),
    "already-booked": (N_("There is a booking for that day already."), "bad"),
    "host-not-active": (N_("The space does not receive guests at present."), "bad"),
    "together": (N_("Another day of the same request is not possible, and you wanted all of them or none."), "bad"),
    "hub-recovering": (N_("The network is recovering. Please try again in a while."), "wait"),
}
_PASSPORTS = {
    "allowed": (N_("Valid"), "good"),
    "revoked": (N_("Revoked"), "bad"),
    "suspended": (N_("Suspended"), "bad"),
    "expired": (N_("Expired"), "bad"),
    "unknown": (N_("Not known"), "bad"),
}
_VERDICTS = {
    "green": (N_("Welcome"), "good"),
    "amber": (N_("Check first"), "wait"),
    "red": (N_("Not valid"), "bad"),
}
_EVENTS = {
    "draft": (N_("Draft"), "info"),
    "published": (N_("Published"), "good"),
    "cancelled": (N_("Cancelled"), "bad"),
}
_SESSIONS = {
    "scheduled": (N_("Takes place"), "good"),
    "postponed": (N_("Postponed"), "wait"),
    "cancelled": (N_("Cancelled"), "bad"),
}
_COHOSTS = {
    "invited": (N_("Invited"), "wait"),
    "accepted": (N_("Holds it too"), "good"),
    "declined": (N_("Declined"), "plain"),
    "withdrawn": (N_("Withdrew"), "plain"),
    "removed": (N_("Taken back"), "plain"),
}
_MODES = {
    "in_person": (N_("In person"), "plain"),
    "remote": (N_("Online"), "plain"),
    "hybrid": (N_("In person and online"), "plain"),
}
_SEAT_KINDS = {word: label for word, label in _MODES.items() if word != "hybrid"}
_REACHES = {
    "space": (N_("The spaces that hold it"), "plain"),
    "twins": (N_("Their twins too"), "plain"),
    "network": (N_("The whole network"), "plain"),
    "public": (N_("Everybody"), "plain"),
}
_ATTENDEE_LISTS = {
    "hidden": (N_("Nobody sees who comes"), "plain"),
    "reciprocal": (N_("Who shares sees who shares"), "plain"),
}
_RSVPS = {
    "asked": (N_("Asked"), "info"),
    "pending": (N_("Waiting for the host"), "wait"),
    "confirmed": (N_("You are coming"), "good"),
    "waitlisted": (N_("On the waiting list"), "wait"),
    "offered": (N_("A seat is offered"), "wait"),
    "refused": (N_("Not possible"), "bad"),
    "declined": (N_("Offer declined"), "plain"),
    "offer_expired": (N_("Offer expired"), "plain"),
    "cancelled_by_member": (N_("Given back"), "plain"),
    "cancelled_by_host": (N_("Cancelled by the host"), "bad"),
    "session_cancelled": (N_("Called off"), "bad"),
    "attended": (N_("Took part"), "good"),
    "no_show": (N_("Did not come"), "plain"),
}
_RSVP_ORIGINS = {"home": (N_("From home"), "plain"), "door": (N_("At the door"), "info")}
_RSVP_REASONS = {
    "full": (N_("There was no free seat."), "bad"),
    "closed": (N_("One can no longer sign up."), "bad"),
    "not-open": (N_("One cannot sign up yet."), "wait"),
    "not-eligible": (N_("This session is not open to members of your space."), "bad"),
    "party-too-large": (N_("The group is larger than the host takes."), "bad"),
    "duplicate": (N_("There is a place for the same person already."), "bad"),
    "session-cancelled": (N_("The session has been called off."), "bad"),
    "price-changed": (N_("The price has changed. Please look at the new one."), "wait"),
    "no-credit": (N_("There are not enough credits."), "bad"),
    "limit-reached": (N_("The limit between the two spaces is reached."), "bad"),
    "withdrawn": (N_("It was given back before it had arrived."), "plain"),
    "not-approved": (N_("The host could not say yes this time."), "bad"),
    "hub-recovering": (N_("The network is recovering. Please try again in a while."), "wait"),
}
_SKILLS = {
    "law": (N_("Law"), "plain"),
    "tax": (N_("Tax and accounts"), "plain"),
    "design": (N_("Design"), "plain"),
    "software": (N_("Software"), "plain"),
    "writing": (N_("Writing"), "plain"),
    "translation": (N_("Translation"), "plain"),
    "making": (N_("Making things"), "plain"),
    "food": (N_("Food"), "plain"),
    "public_sector": (N_("Public sector"), "plain"),
    "research": (N_("Research"), "plain"),
    "marketing": (N_("Marketing"), "plain"),
    "funding": (N_("Funding"), "plain"),
}
_CARD_KINDS = {
    "has": (N_("By profession"), "plain"),
    "learning": (N_("Learning it"), "plain"),
    "can_advise": (N_("Giving advice"), "plain"),
    "looking_for": (N_("Looking for work or partners"), "plain"),
}
_CIRCLES = {
    "space": (N_("This space only"), "plain"),
    "twins": (N_("This space and its twins"), "plain"),
    "network": (N_("The whole network"), "plain"),
}
_ASKS = {"open": (N_("Still looking"), "wait"), "closed": (N_("Closed"), "plain")}
_SIDES = {"asker": (N_("Who asks"), "plain"), "helper": (N_("Who helps"), "plain")}
_INTRODUCTIONS = {
    "asked": (N_("Your word is awaited"), "wait"),
    "offered": (N_("One of the two has said yes"), "wait"),
    "accepted": (N_("Both have said yes"), "good"),
    "introduced": (N_("Introduced"), "good"),
    "closed": (N_("Closed"), "plain"),
    "ended": (N_("Ended"), "plain"),
}
_CONTACT_FIELDS = {
    "name": (N_("My name"), "plain"),
    "email": (N_("My e-mail address"), "plain"),
    "company": (N_("My company"), "plain"),
    "note": (N_("What I write below"), "plain"),
}

_DOOR_REASONS = {reason.value: (text, "plain") for reason, text in reasons.PASSPORT.items()}

VOCABULARIES: dict[str, dict[str, tuple[str, str]]] = {
    words.SpaceState.__name__: _SPACES,
    words.TwinningState.__name__: _TWINNINGS,
    words.BookingState.__name__: _BOOKINGS,
    words.TransferState.__name__: _TRANSFERS,
    words.Part.__name__: _PARTS,
    words.Half.__name__: _HALVES,
    words.Origin.__name__: _ORIGINS,
    words.Payer.__name__: _PAYERS,
    words.LotKind.__name__: _LOTS,
    words.NoReason.__name__: _NO_REASONS,
    words.PassportAnswer.__name__: _PASSPORTS,
    words.Verdict.__name__: _VERDICTS,
    words.DoorReason.__name__: _DOOR_REASONS,
    words.EventState.__name__: _EVENTS,
    words.SessionState.__name__: _SESSIONS,
    words.CohostState.__name__: _COHOSTS,
    words.SessionMode.__name__: _MODES,
    words.SeatKind.__name__: _SEAT_KINDS,
    words.Reach.__name__: _REACHES,
    words.AttendeeList.__name__: _ATTENDEE_LISTS,
    words.RsvpState.__name__: _RSVPS,
    words.RsvpOrigin.__name__: _RSVP_ORIGINS,
    words.RsvpReason.__name__: _RSVP_REASONS,
    people_words.Skill.__name__: _SKILLS,
    people_words.CardKind.__name__: _CARD_KINDS,
    people_words.Circle.__name__: _CIRCLES,
    people_words.AskState.__name__: _ASKS,
    people_words.IntroductionSide.__name__: _SIDES,
    people_words.IntroductionState.__name__: _INTRODUCTIONS,
    people_words.ContactField.__name__: _CONTACT_FIELDS,
}


def state_label(value: str | Enum, vocabulary: str | None = None) -> StateLabel:
    """Give label and tone of a state; a bare word from the database needs its vocabulary's name (`BookingState`)."""
    word = str(value.value) if isinstance(value, Enum) else value
    name = vocabulary or (type(value).__name__ if isinstance(value, Enum) else "")
    for table in [VOCABULARIES[name]] if name in VOCABULARIES else VOCABULARIES.values():
        if word in table:
            text, tone = table[word]
            return StateLabel(gettext(text), tone)
    return StateLabel(word.replace("_", " ").replace("-", " ").capitalize(), "plain")
