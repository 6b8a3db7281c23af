"""Refusals about credits. Bookings make data of the first three: a domain "no" is no problem (DESIGN §3)."""

from shared.errors import Conflict, Invalid, NotFound
from shared.marking import N_


class NoCredit(Conflict):
    """The member's lots that are valid on the day do not cover the price."""

    slug = "no-credit"
    title = N_("Not enough credit")
    sentence = N_("The credits that are valid on %(on)s do not cover this.")


class LimitReached(Conflict):
    """The lots would do, but their issuers may not owe this host, or the network, that much."""

    slug = "limit-reached"
    title = N_("A credit limit is reached")
    sentence = N_("What may be owed to %(host)s on credit is used up for now.")


class HospitalitySpent(Conflict):
    """The home has already paid as much for this visitor on this day as hospitality gives."""

    slug = "hospitality-spent"
    title = N_("Hospitality is used up for this day")
    sentence = N_("%(home)s has paid what it gives its visitors on %(on)s already.")


class TransferUnknown(NotFound):
    """Nothing was ever reserved or paid for this booking."""

    slug = "transfer-unknown"
    title = N_("No credits were reserved")
    sentence = N_("No credits were ever reserved or paid for this booking.")


class WrongTransferState(Conflict):
    """The credits were resolved already, and otherwise than is asked now; or not yet."""

    slug = "wrong-transfer-state"
    title = N_("Not possible with these credits")
    sentence = N_("The credits of this booking are %(state)s; this needs them to be %(needed)s.")


class TransferDiffers(Conflict):
    """The id was used before, with other values."""

    slug = "transfer-differs"
    title = N_("This id stands for other credits")
    sentence = N_("Under this id other credits were granted, reserved or paid before. Nothing was changed.")


class GrantInvalid(Invalid):
    """The days of a grant make no sense."""

    slug = "grant-invalid"
    title = N_("These days make no sense")
    sentence = N_("Credits end on a day that is still to come, and not before they begin.")


class LedgerUnbalanced(Conflict):
    """All accounts together are not zero: something outside of this program has changed the data."""

    slug = "ledger-unbalanced"
    title = N_("The ledger does not come to zero")
    sentence = N_("All accounts together come to %(total_credits)s. Run federation audit.")
