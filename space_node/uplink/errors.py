"""Refusals of the uplink: no network yet, and agreements that the signatures do not prove."""

from shared.errors import Invalid, Unavailable
from shared.marking import N_


class NotJoined(Unavailable):
    """The node belongs to no network yet."""

    slug = "not-joined"
    title = N_("This space has not joined a network yet")
    sentence = N_("Run `space-node join` with the invite that the network’s operator sent.")


class TermsNotBelieved(Invalid):
    """Terms whose signatures do not prove that both sides agreed."""

    slug = "terms-not-believed"
    title = N_("These terms are not proven")
    sentence = N_("The agreement cannot be believed (%(reason)s).")
