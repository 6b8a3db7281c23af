"""Refusals about taking part in events."""

from shared.errors import Conflict, Invalid, NotFound, Unavailable
from shared.marking import N_


class RsvpUnknown(NotFound):
    """No such RSVP, or another member's."""

    slug = "own-rsvp-unknown"
    title = N_("You have not asked for this")
    sentence = N_("There is no such place of yours at an event.")


class HostKeysMissing(Unavailable):
    """The host's keys have not arrived here yet, so nothing can be sealed to it."""

    slug = "host-keys-missing"
    title = N_("The host’s keys are not here yet")
    sentence = N_("The keys of %(space)s have not arrived yet. Try again in a minute.")


class NothingToAnswer(Conflict):
    """The RSVP is not, or no longer, in the state that this belongs to."""

    slug = "answered-meanwhile"
    title = N_("This is no longer open")
    sentence = N_("This has been settled in the meantime. The page shows how it stands.")


class FeedbackEmpty(Invalid):
    """Neither stars nor words."""

    slug = "feedback-empty"
    title = N_("Nothing is written yet")
    sentence = N_("Give stars, or write a few words.")
