"""Refusals of the uplink: joining, the hub's word that does not hold, terms."""

from shared.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from shared.marking import N_


class NotJoined(Unavailable):
    """The node belongs to no network yet."""

    slug = "not-joined"
    title = N_("This space has not joined a network yet")
    sentence = N_("Run `space-node join` with the invite that the network's operator sent.")


class AlreadyJoined(Conflict):
    """The node belongs to a network, and the invite is for something else."""

    slug = "already-joined"
    title = N_("This node has joined already")
    sentence = N_("This node belongs to %(space)s in the network of %(hub)s. Another space needs a node of its own.")


class HubNotTrusted(Invalid):
    """Whoever answers does not have the key that the invite names."""

    slug = "hub-not-trusted"
    title = N_("This is not the hub of the invite")
    sentence = N_("The hub at %(hub)s cannot prove that it has the key named in the invite. Nothing was changed here.")


class CharterNotAccepted(Forbidden):
    """Joining without accepting the charter."""

    slug = "charter-not-accepted"
    title = N_("Accept the charter first")
    sentence = N_("Version %(charter_version)s of the network's charter must be accepted: add --accept-charter.")


class ClockWrong(Unavailable):
    """This machine's clock differs from the hub's by more than what may be signed with."""

    slug = "clock-wrong"
    title = N_("This machine's clock is wrong")
    sentence = N_("The clock of this machine is %(skew_seconds)s seconds off the hub's. Nothing is signed until it is right.")


class PartnerUnknown(NotFound):
    """No such space, or one whose keys are not known here yet."""

    slug = "partner-unknown"
    title = N_("This space is not known here")
    sentence = N_("No active space called %(space)s is known here yet. Check the short name, or try again in a minute.")


class NoOpenProposal(Conflict):
    """There are no terms of the other side to agree to."""

    slug = "no-open-proposal"
    title = N_("There is nothing to agree to")
    sentence = N_("%(space)s has not proposed terms that wait for your agreement.")


class ProposalPending(Conflict):
    """Our own proposal waits for its answer."""

    slug = "proposal-pending"
    title = N_("A proposal is on its way")
    sentence = N_("The hub has not answered your last proposal to %(space)s yet. Wait for that before you send another.")


class TermsNotBelieved(Invalid):
    """Terms whose signatures do not prove that both sides agreed."""

    slug = "terms-not-believed"
    title = N_("These terms are not proven")
    sentence = N_("The agreement cannot be believed (%(reason)s).")
