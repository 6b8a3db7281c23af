"""Refusals about replays."""

from shared.errors import Conflict, FieldFault, Invalid, NotFound
from shared.marking import N_, Phrase


class EventHasNoFormat(NotFound):
    """An event that was not made from a format here."""

    slug = "event-without-plan"
    title = N_("This event follows no format")
    sentence = N_("This event was not made from a format of the library.")


class ReplayedLately(Conflict):
    """The same version was replayed here within a day: perhaps by a second click."""

    slug = "replayed-lately"
    title = N_("This was replayed here a moment ago")
    sentence = N_("A draft was made from this version here within a day. Say so if you want another one.")


class ReplayDatePast(Invalid):
    """A day that is over."""

    slug = "replay-date-past"
    title = N_("This day is over")
    sentence = N_("Choose a day that is still to come.")

    def __init__(self) -> None:
        """Point at the day."""
        super().__init__(errors=[FieldFault(pointer="/on", detail=Phrase(self.sentence))])
