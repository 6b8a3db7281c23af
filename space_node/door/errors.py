"""Refusals at the door of a session."""

from shared import reasons
from shared.errors import Conflict
from shared.marking import N_, Phrase
from shared.protocol.states import DoorReason


class NotOnTheList(Conflict):
    """Somebody who has no seat as things stand."""

    slug = "not-on-the-list"
    title = N_("This person has no seat")
    sentence = N_("Only somebody with a seat can be checked in, and this person has none as things stand.")


class NotHereYet(Conflict):
    """Nothing to take back: nobody was checked in."""

    slug = "not-here-yet"
    title = N_("Nobody was checked in")
    sentence = N_("This person was not checked in, so there is nothing to take back.")


class DoorClosed(Conflict):
    """A session that is over, cancelled or not near enough."""

    slug = "door-closed"
    title = N_("The door of this session is closed")
    sentence = N_("People are checked in from a day before the session until three days after it, unless it is cancelled.")


class DoorPassportRefused(Conflict):
    """A passport with which nobody is received; `reason` is the door's."""

    slug = "door-passport-refused"
    title = N_("This passport is not accepted")
    sentence = N_("This passport is not accepted here. %(why)s")

    def __init__(self, *, reason: DoorReason) -> None:
        """Say the door's reason in words too."""
        super().__init__(reason=reason, why=Phrase(reasons.PASSPORT[reason]))


class NoDoorSeat(Conflict):
    """Every seat kept for the door is taken."""

    slug = "no-door-seat"
    title = N_("No seat is left at the door")
    sentence = N_("All the seats kept for the door are taken.")


class ReceivedTwice(Conflict):
    """The same passport at the same session at the same moment."""

    slug = "received-twice"
    title = N_("This guest is here already")
    sentence = N_("This passport was shown for this session before.")
