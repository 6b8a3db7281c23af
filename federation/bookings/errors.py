"""Refusals of stays. A domain "no" to a request is data; these are for calls that cannot be right."""

from shared.errors import Conflict, Invalid, NotFound
from shared.marking import N_


class BookingUnknown(NotFound):
    """No such booking, or not the caller's."""

    slug = "booking-unknown"
    title = N_("There is no such booking")
    sentence = N_("There is no such booking of yours.")


class BookingOver(Conflict):
    """The booking has ended, or is in a state from which this step does not lead on."""

    slug = "booking-over"
    title = N_("This booking cannot be changed so")
    sentence = N_("This booking is in a state from which this step does not lead on.")


class WrongDay(Conflict):
    """A check-in on another day than the booking's."""

    slug = "wrong-day"
    title = N_("Not on this day")
    sentence = N_("This booking is for %(on)s, in the host’s time.")


class RecordInvalid(Invalid):
    """A visit record that does not fit the call it came with."""

    slug = "record-invalid"
    title = N_("The visit record does not fit")
    sentence = N_("The signed visit record says something else than the call.")


class AlreadyHere(Conflict):
    """The holder of this passport has a stay at this host today."""

    slug = "already-here"
    title = N_("This guest has a stay today")
    sentence = N_("This guest already has a stay here today.")


class StayInvalid(Invalid):
    """A request that contradicts itself."""

    slug = "stay-invalid"
    title = N_("The request does not fit")
    sentence = N_("The request contradicts itself.")


class OfferInvalid(Invalid):
    """Days that cannot be offered as they are."""

    slug = "offer-invalid"
    title = N_("The days do not fit")
    sentence = N_("Some of the days cannot be offered like this.")
