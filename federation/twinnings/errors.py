"""Refusals of agreements between two spaces."""

from shared.errors import Conflict, Invalid, NotFound
from shared.marking import N_


class TwinUnknown(NotFound):
    """The other space is not part of the network, or not in action."""

    slug = "twin-unknown"
    title = N_("There is no such twin")
    sentence = N_("No space called %(space)s takes part in the network now.")


class TwinningUnknown(NotFound):
    """No such agreement, or not the caller's."""

    slug = "twinning-unknown"
    title = N_("There is no such twinning")
    sentence = N_("There is no such twinning of yours.")


class TermsInvalid(Invalid):
    """Terms that do not fit what they claim or the agreement they continue."""

    slug = "terms-invalid"
    title = N_("The terms do not fit")
    sentence = N_("The terms cannot be accepted.")


class VersionConflict(Conflict):
    """A rival version was there first."""

    slug = "version-conflict"
    title = N_("Another version was first")
    sentence = N_("Version %(version)s of this twinning has other terms already.")


class NothingToAgree(Conflict):
    """There is no open proposal of the other side with these terms."""

    slug = "nothing-to-agree"
    title = N_("Nothing to agree to")
    sentence = N_("Version %(version)s is not an open proposal of the other side.")


class AlreadyTwinned(Conflict):
    """The pair has another active agreement."""

    slug = "already-twinned"
    title = N_("These spaces are twins already")
    sentence = N_("The two spaces have an active twinning. Propose a new version of it instead.")
