"""Refusals about RSVPs. A domain "no" to a request is data; these are for calls that cannot be right."""

from shared.errors import Conflict, Invalid, NotFound
from shared.marking import N_


class RsvpUnknown(NotFound):
    """No such RSVP, or not the caller's."""

    slug = "rsvp-unknown"
    title = N_("There is no such RSVP")
    sentence = N_("There is no such RSVP of yours, or to a session of yours.")


class SessionUnknown(NotFound):
    """No session of this id, or not the caller's."""

    slug = "session-unknown"
    title = N_("There is no such session")
    sentence = N_("There is no such session with seats.")


class RsvpInvalid(Invalid):
    """A request that contradicts itself."""

    slug = "rsvp-invalid"
    title = N_("The RSVP does not fit")
    sentence = N_("The RSVP contradicts itself.")


class RsvpOver(Conflict):
    """The RSVP is in a state from which this step does not lead on, or it is too late or too early for it."""

    slug = "rsvp-over"
    title = N_("This RSVP cannot be changed so")
    sentence = N_("This RSVP is %(state)s, and this step does not fit it now.")
