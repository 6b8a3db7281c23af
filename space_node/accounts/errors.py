"""Refusals about accounts."""

from shared.errors import Conflict, NotFound
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
