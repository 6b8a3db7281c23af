"""Refusals about trips."""

from shared.errors import Conflict, NotFound, Unavailable
from shared.marking import N_


class NoSuchTwin(NotFound):
    """Not a twin of this space, or no longer."""

    slug = "no-such-twin"
    title = N_("There is no such twin")
    sentence = N_("This space has no twinning with %(space)s at present.")


class TwinKeysMissing(Unavailable):
    """The twin's keys have not arrived here yet, so nothing can be sealed to it."""

    slug = "twin-keys-missing"
    title = N_("The twin’s keys are not here yet")
    sentence = N_("The keys of %(space)s have not arrived yet. Try again in a minute.")


class TripUnknown(NotFound):
    """No such trip, or another member's."""

    slug = "trip-unknown"
    title = N_("There is no such trip")
    sentence = N_("There is no such trip of yours.")


class NotCancellable(Conflict):
    """The trip cannot be cancelled any more."""

    slug = "not-cancellable"
    title = N_("This trip cannot be cancelled")
    sentence = N_("Only a confirmed trip whose day is not over can be cancelled.")
