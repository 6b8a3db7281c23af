"""Refusals of joining and of agreeing on terms."""

from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.marking import N_


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
    sentence = N_("Version %(charter_version)s of the network’s charter must be accepted: add --accept-charter.")


class SelfTestFailed(Conflict):
    """A step of the self-test failed; the same command may be run again."""

    slug = "self-test-failed"
    title = N_("The self-test has failed")
    sentence = N_("The self-test failed at: %(steps)s. Put that right and run the same command again.")


class PartnerUnknown(NotFound):
    """No such space, or one whose keys are not known here yet."""

    slug = "partner-unknown"
    title = N_("This space is not known here")
    sentence = N_("No space called %(space)s is known here with its keys. Check the short name, or try again in a minute.")


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
