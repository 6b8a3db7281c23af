"""Refusals of trust."""

from shared import reasons
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.marking import N_
from shared.protocol.states import SpaceState


class SpaceNotActive(Forbidden):
    """The space's standing does not allow this call; its node keeps the call and tries again once reinstated."""

    slug = "space-not-active"
    title = N_("This space is not active")
    sentence = N_("This space may not do this now.")

    def __init__(self, *, state: SpaceState, next: str = "") -> None:
        """Say how it stands with the space, and what it can do `next`."""
        super().__init__(reasons.SPACE.get(state), state=str(state), next=next)


class IdentityMismatch(Forbidden):
    """The body names another author than the token."""

    slug = "identity-mismatch"
    title = N_("This is signed by somebody else")
    sentence = N_("The call comes from %(caller)s, but its content is another space’s.")


class RootKeyMismatch(Invalid):
    """A key set signed by another root key than the one that joined."""

    slug = "root-key-mismatch"
    title = N_("Another root key")
    sentence = N_("The key set is signed by another root key than the one this space joined with.")


class StatusListUnknown(NotFound):
    """The space has sent no status list yet."""

    slug = "status-list-unknown"
    title = N_("No status list yet")
    sentence = N_("%(space)s has sent no status list.")


class RefConflict(Conflict):
    """Another passport has this ref."""

    slug = "ref-conflict"
    title = N_("This passport is known otherwise")
    sentence = N_("This passport has been announced with another content.")
