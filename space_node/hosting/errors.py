"""Refusals about our own sessions and those who come to them."""

from shared.errors import Conflict, NotFound
from shared.marking import N_


class SessionNotHeld(NotFound):
    """No session that this space holds."""

    slug = "session-not-held"
    title = N_("There is no such session here")
    sentence = N_("This space holds no such session.")


class EventNotHeld(NotFound):
    """No event that this space holds alone or with others."""

    slug = "event-not-held"
    title = N_("This event is not yours")
    sentence = N_("This space does not hold such an event.")


class GuestRsvpUnknown(NotFound):
    """Nobody on the list of our sessions."""

    slug = "guest-rsvp-unknown"
    title = N_("Nobody of this kind is on the list")
    sentence = N_("There is no such person on the list of this session.")


class NothingToDecide(Conflict):
    """A request that waits for no decision, or was decided a moment ago."""

    slug = "nothing-to-decide"
    title = N_("There is nothing to decide")
    sentence = N_("This request was decided before, or taken back.")


class GuestNotCancellable(Conflict):
    """Somebody who has no seat to take back."""

    slug = "guest-not-cancellable"
    title = N_("This cannot be cancelled")
    sentence = N_("Only somebody who waits or has a seat can be taken off the list, until they are checked in.")


class NobodyComes(Conflict):
    """A message that nobody would read."""

    slug = "nobody-comes"
    title = N_("Nobody would read this")
    sentence = N_("Nobody has a seat yet, so there is nobody to write to.")


class TooManyNotices(Conflict):
    """More messages than a day bears."""

    slug = "too-many-notices"
    title = N_("That is enough for today")
    sentence = N_("At most %(max)s messages go out for one session in a day. The people who come will thank you.")


class NotOverYet(Conflict):
    """A recap is written afterwards."""

    slug = "session-not-over"
    title = N_("This session is still to come")
    sentence = N_("A recap is written when the session is over.")
