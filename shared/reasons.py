"""Sentences for the states and reasons that refusals carry as slugs for programs; pages say them in the reader's language."""

from shared.marking import N_
from shared.protocol.states import BookingState, DoorReason, SpaceState

BOOKING: dict[BookingState, str] = {
    BookingState.REQUESTED: N_("This booking is not answered yet."),
    BookingState.HELD: N_("This booking still waits for the host."),
    BookingState.CONFIRMED: N_("This booking is confirmed."),
    BookingState.CHECKED_IN: N_("The guest of this booking is here already."),
    BookingState.COMPLETED: N_("The stay of this booking is over."),
    BookingState.REFUSED: N_("This booking was refused."),
    BookingState.CANCELLED_BY_GUEST: N_("The guest has cancelled this booking."),
    BookingState.CANCELLED_BY_HOST: N_("The host has cancelled this booking."),
    BookingState.NO_SHOW: N_("This booking is over: the guest did not come."),
}
# Of spaces whose standing does not allow all; to those that take part nothing is refused for it.
SPACE: dict[SpaceState, str] = {
    SpaceState.INVITED: N_("A space that has not applied yet cannot do this."),
    SpaceState.APPLIED: N_("A space cannot do this before it has passed the self-test."),
    SpaceState.SUSPENDED: N_("A suspended space cannot do this until it is reinstated."),
    SpaceState.LEAVING: N_("A space that is leaving the network cannot do this any more."),
    SpaceState.LEFT: N_("A space that has left the network cannot do this any more."),
}
PASSPORT: dict[DoorReason, str] = {
    DoorReason.EXPECTED_TODAY: N_("Expected today."),
    DoorReason.GOOD_PASSPORT: N_("The passport is good."),
    DoorReason.CHECK_IDENTITY: N_("A guest of this name and home is expected today."),
    DoorReason.LIST_AGEING: N_("We have not heard from the network for a while, so a withdrawn passport would not show."),
    DoorReason.NOT_TODAY: N_("This pass is for another day."),
    DoorReason.ALREADY_HERE: N_("This guest was checked in today already."),
    DoorReason.CANCELLED: N_("This visit was cancelled."),
    DoorReason.MALFORMED: N_("This is not a passport of the network."),
    DoorReason.UNKNOWN_ISSUER: N_("No space of the network has issued this passport."),
    DoorReason.BAD_SIGNATURE: N_("The signature is wrong: this passport is forged or damaged."),
    DoorReason.EXPIRED: N_("This passport has expired."),
    DoorReason.REVOKED: N_("The home space has withdrawn this passport."),
    DoorReason.SUSPENDED: N_("The home space has suspended this passport."),
    DoorReason.WRONG_HOST: N_("This pass is for another space."),
    DoorReason.NOT_TWINNED: N_("There is no twinning with the home space at present."),
    DoorReason.LISTS_TOO_OLD: N_("We have not heard from the network for too long to tell whether this passport was withdrawn."),
    DoorReason.OWN_MEMBER: N_("A member of this space."),
}
