"""Refusals about what this space organises."""

from shared.errors import Conflict, FieldFault, Invalid, NotFound
from shared.marking import N_, Phrase


class OwnEventUnknown(NotFound):
    """No such event that this space leads or holds."""

    slug = "own-event-unknown"
    title = N_("There is no such event here")
    sentence = N_("This space has no such event.")


class OwnSessionUnknown(NotFound):
    """No such session of this space."""

    slug = "own-session-unknown"
    title = N_("There is no such session here")
    sentence = N_("This space has no such session.")


class EventNotDraft(Conflict):
    """Only a draft can be replaced or deleted: what was published has readers, and is cancelled."""

    slug = "event-not-draft"
    title = N_("This event is published")
    sentence = N_("Only a draft can be deleted or replaced. Change or cancel an event that is published.")


class EventNotPublished(Conflict):
    """Only what is published can be changed, postponed or cancelled with a note."""

    slug = "event-not-published"
    title = N_("This event is not published")
    sentence = N_("This is possible once the event is published, and until it is cancelled.")


class EventPast(Conflict):
    """Nothing is left to call off once all sessions have taken place."""

    slug = "event-past"
    title = N_("This event has taken place")
    sentence = N_("All its sessions are over, so there is nothing left to cancel.")


class NothingToPublish(Conflict):
    """An event without a session has no time and no place."""

    slug = "event-without-session"
    title = N_("Add a session first")
    sentence = N_("An event needs at least one session of this space, with a time that is still to come, before it is published.")


class CohostingNotAccepted(Conflict):
    """A space holds a session of another's event only after it has accepted the invitation."""

    slug = "cohosting-not-accepted"
    title = N_("Accept the invitation first")
    sentence = N_("This space can add a session to that event once it was invited and has accepted.")


class NoOpenInvitation(Conflict):
    """There is no invitation that this answer fits."""

    slug = "no-open-invitation"
    title = N_("There is no invitation to answer")
    sentence = N_("This space has no invitation to that event which could be answered so.")


class CohostUnknown(Invalid):
    """Not a space that can be invited."""

    slug = "cohost-unknown"
    title = N_("This space cannot be invited")
    sentence = N_("No space called %(space)s is known here that could hold the event with you.")

    def __init__(self, *, space: str) -> None:
        """Point at the space."""
        super().__init__(errors=[FieldFault(pointer="/space", detail=Phrase(self.sentence, space=space))], space=space)


class SessionOver(Conflict):
    """A session that is over or cancelled stays as it is."""

    slug = "session-over"
    title = N_("This session cannot be changed")
    sentence = N_("A session that is over or cancelled stays as it is.")


class PlanInvalid(Invalid):
    """Times, seats and places of a session that do not go together."""

    slug = "session-plan-invalid"
    title = N_("The session does not fit together")
    sentence = N_("Some of what was said about the session does not go together.")


class WallTimeTwice(Invalid):
    """The clocks show this time twice that night, and nobody has said which is meant."""

    slug = "wall-time-twice"
    title = N_("This time comes twice")
    sentence = N_("The clocks in %(zone)s show %(wall)s twice that night. Say which one you mean.")

    def __init__(self, *, wall: str, zone: str) -> None:
        """Point at the choice."""
        said = Phrase(self.sentence, wall=wall, zone=zone)
        super().__init__(errors=[FieldFault(pointer="/fold", detail=said)], wall=wall, zone=zone)
