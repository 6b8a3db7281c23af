"""Refusals about accounts."""

from shared.errors import Conflict, Forbidden, NotFound
from shared.marking import N_


class AccountExists(Conflict):
    """The person has this role already."""

    slug = "account-exists"
    title = N_("This person has an account already")
    sentence = N_("%(email)s has this role already.")


class AccountUnknown(NotFound):
    """Nobody of the staff has this account."""

    slug = "account-unknown"
    title = N_("There is no such account")
    sentence = N_("Nobody here has this account with this role.")


class LastOwner(Conflict):
    """A space without an owner could never name one again."""

    slug = "last-owner"
    title = N_("A space keeps an owner")
    sentence = N_("%(name)s is the only owner. Name another one first.")


class AddressTaken(Conflict):
    """Somebody else signs in with the address."""

    slug = "address-taken"
    title = N_("Somebody else signs in with this address")
    sentence = N_("Another account of this space signs in with %(email)s.")


class AccountOutranks(Forbidden):
    """The account may do more here than who asks: to sign others in as it would be to take those rights."""

    slug = "account-outranks"
    title = N_("This account may do more than yours")
    sentence = N_("%(name)s may do more here than you: ask an owner of this space.")
