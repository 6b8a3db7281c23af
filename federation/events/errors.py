"""Refusals about events: who may not say something, and what cannot be so."""

from shared.errors import Conflict, Invalid, NotFound
from shared.marking import N_


class NoSuchEvent(NotFound):
    """No such event, or none that the caller may see or change."""

    slug = "no-such-event"
    title = N_("There is no such event")
    sentence = N_("There is no such event that your space may see, or change in this way.")


class NoSuchSession(NotFound):
    """No such session of the event, or not the caller's."""

    slug = "no-such-session"
    title = N_("There is no such session")
    sentence = N_("There is no such session of yours in this event.")


class EventInvalid(Invalid):
    """An event that cannot be published as it is."""

    slug = "event-invalid"
    title = N_("The event cannot be published like this")
    sentence = N_("Some of what the event says cannot be so.")


class SessionInvalid(Invalid):
    """A session that contradicts itself, or the session that it relays."""

    slug = "session-invalid"
    title = N_("The session cannot be like this")
    sentence = N_("Some of what the session says cannot be so.")


class CohostInvalid(Invalid):
    """A space that cannot be invited."""

    slug = "cohost-invalid"
    title = N_("This space cannot be invited")
    sentence = N_("Only another space that takes part in the network can hold an event with you.")


class EventOver(Conflict):
    """The event has been cancelled: nothing new comes into it."""

    slug = "event-over"
    title = N_("This event is cancelled")
    sentence = N_("This event is cancelled; only its lead can publish it again.")


class InvitationOver(Conflict):
    """An invitation that is in a state from which this step does not lead on."""

    slug = "invitation-over"
    title = N_("This invitation cannot be answered so")
    sentence = N_("This invitation is %(state)s.")


class CohostsFull(Conflict):
    """As many spaces hold this event together as can."""

    slug = "cohosts-full"
    title = N_("No more spaces can be invited")
    sentence = N_("At most %(most)s spaces hold one event together with its lead.")


class SessionsFull(Conflict):
    """As many sessions as one event can have."""

    slug = "sessions-full"
    title = N_("This event has as many sessions as it can")
    sentence = N_("One event has at most %(most)s sessions.")
