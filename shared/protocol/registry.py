"""Every feed type and body by name, with its schema: contract tests, handlers and the reference walk these tables."""

import json
from importlib import resources

import marshmallow as ma

from shared.protocol import (
    bookings,
    credits,
    erasures,
    events,
    feed,
    formats,
    introductions,
    leaving,
    memberships,
    passports,
    rsvps,
    spaces,
    twinnings,
)

FEED_TYPES: dict[str, type[ma.Schema]] = {
    "space.updated": spaces.SpaceEntry,
    "profile.updated": spaces.ProfileEntry,
    "standing.updated": spaces.Standing,
    "key-list.updated": spaces.KeyListNews,
    "status-list.updated": spaces.StatusListNews,
    "twinning.updated": twinnings.TwinningEntry,
    "availability.updated": bookings.AvailabilityEntry,
    "booking.updated": bookings.BookingEntry,
    "wallet.updated": credits.WalletEntry,
    "event.updated": events.EventEntry,
    "event.removed": events.EventGone,
    "session.updated": events.SessionEntry,
    "seats.updated": events.SeatsEntry,
    "rsvp.updated": rsvps.RsvpEntry,
    "brief.updated": rsvps.BriefEntry,
    "format.updated": formats.FormatEntry,
    "ask.updated": introductions.AskEntry,
    "letter.updated": introductions.LetterEntry,
    "erasure.updated": erasures.ErasureEntry,
    "membership.updated": memberships.MembershipEntry,
}

BODIES: dict[str, type[ma.Schema]] = {
    "service": spaces.Service,
    "application": spaces.Application,
    "application-payload": spaces.ApplicationPayload,
    "application-receipt": spaces.ApplicationReceipt,
    "own-entry": spaces.OwnEntry,
    "self-test": spaces.SelfTest,
    "profile-update": spaces.ProfileUpdate,
    "key-set-update": spaces.KeySetUpdate,
    "receipt": spaces.Receipt,
    "feed-page": feed.FeedPage,
    "snapshot-page": feed.SnapshotPage,
    "cursor-report": feed.CursorReport,
    "terms": twinnings.Terms,
    "proposal": twinnings.Proposal,
    "consent": twinnings.Consent,
    "availability-update": bookings.AvailabilityUpdate,
    "stay-request": bookings.StayRequest,
    "request-answer": bookings.RequestAnswer,
    "cancellation": bookings.Cancellation,
    "check-in": bookings.CheckIn,
    "visit-record": bookings.VisitRecord,
    "walk-in": bookings.WalkIn,
    "grant": credits.Grant,
    "grant-answer": credits.GrantAnswer,
    "statement": credits.Statement,
    "position": credits.Position,
    "passport-ref": passports.PassportRef,
    "ref-receipt": passports.RefReceipt,
    "status-list-update": passports.StatusListUpdate,
    "status-list-copy": passports.StatusListCopy,
    "key-list-copy": passports.KeyListCopy,
    "passport-question": passports.PassportQuestion,
    "passport-verdict": passports.PassportVerdict,
    "event-update": events.EventUpdate,
    "cohost-invitation": events.CohostInvitation,
    "cohost-answer": events.CohostAnswer,
    "session-update": events.SessionUpdate,
    "rsvp-request": rsvps.RsvpRequest,
    "rsvp-card": rsvps.CardChange,
    "rsvp-cancel": rsvps.RsvpCancel,
    "rsvp-action": rsvps.RsvpAction,
    "attendance": rsvps.Attendance,
    "feedback": rsvps.Feedback,
    "brief-update": rsvps.BriefUpdate,
    "format-version": formats.FormatVersion,
    "ask-update": introductions.AskUpdate,
    "letter-update": introductions.LetterUpdate,
    "erasure-request": erasures.ErasureRequest,
    "erasure-receipt": erasures.ErasureReceipt,
    "leave-request": leaving.LeaveRequest,
    "leaving-entry": leaving.LeavingEntry,
    "membership-code": memberships.MembershipCode,
    "code-receipt": memberships.CodeReceipt,
    "membership-end": memberships.MembershipEnd,
}


def example(name: str) -> dict[str, object]:
    """The one example of a body or feed type, as it stands on the wire. Raises FileNotFoundError for an unknown name."""
    text = resources.files("shared.protocol").joinpath("examples", f"{name}.json").read_text("utf-8")
    return dict(json.loads(text))
