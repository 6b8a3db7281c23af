"""Refusals about importing a calendar."""

from shared.addresses import AddressRefused
from shared.errors import Conflict, Invalid
from shared.marking import N_


class CalendarAddressRefused(Invalid):
    """An address that our machines do not call: it is the form that is wrong, not the other side."""

    slug = "calendar-address-refused"
    title = AddressRefused.title
    sentence = AddressRefused.sentence


class CalendarNotFetched(Invalid):
    """No calendar came from the address."""

    slug = "calendar-not-fetched"
    title = N_("The calendar did not come")
    sentence = N_("No calendar came from this address. Look whether it opens in a browser, or save it as a file and choose that.")


class CalendarMissing(Invalid):
    """Neither a file nor an address."""

    slug = "calendar-missing"
    title = N_("Choose a calendar")
    sentence = N_("Give the address of the calendar, or choose its file.")


class NothingChosen(Invalid):
    """No entry was chosen, or none that can become a draft."""

    slug = "import-nothing-chosen"
    title = N_("Nothing is chosen")
    sentence = N_("Choose at least one event.")


class TooMuchChosen(Invalid):
    """More than can be written at once."""

    slug = "import-too-much"
    title = N_("That is too much at once")
    sentence = N_("At most %(events)s events with %(sessions)s dates are imported at once. Choose fewer.")


class EntryRefused(Invalid):
    """One of the chosen entries cannot become a draft, so none has."""

    slug = "import-entry-refused"
    title = N_("Nothing was imported")
    sentence = N_("“%(entry)s” cannot become a draft, so nothing was imported. %(reason)s")


class ImportedMeanwhile(Conflict):
    """The same entry became a draft in this moment, by another window or another manager."""

    slug = "imported-meanwhile"
    title = N_("Already imported")
    sentence = N_(
        "One of these events has just become a draft in another window. Look at the drafts, and import again if needed."
    )
