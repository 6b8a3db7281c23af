"""Refusals about operators."""

from shared.errors import Conflict, NotFound
from shared.marking import N_


class OperatorExists(Conflict):
    """The address belongs to an operator already."""

    slug = "operator-exists"
    title = N_("This person is an operator already")
    sentence = N_("%(email)s is an operator of this network already.")


class HubFounded(Conflict):
    """A hub is founded once; who comes later is added by name, as the audit log tells."""

    slug = "hub-founded"
    title = N_("This hub is founded already")
    sentence = N_(
        "This hub has an operator already, so nobody was added. `federation operators add` adds one more,"
        " and `federation operators link` prints a new link for one who is there."
    )


class LastOperator(Conflict):
    """A network without an operator could never have one again."""

    slug = "last-operator"
    title = N_("A network keeps an operator")
    sentence = N_("%(name)s is the only operator. Invite another one first.")


class OperatorUnknown(NotFound):
    """Nobody of this address runs the network."""

    slug = "operator-unknown"
    title = N_("There is no such operator")
    sentence = N_("No operator of this network has the address %(email)s.")
