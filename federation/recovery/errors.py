"""The refusal of a hub that is still being told what it has forgotten."""

from shared.errors import Unavailable
from shared.marking import N_


class HubRecovering(Unavailable):
    """Nothing new is decided until all that was decided is known again."""

    slug = "hub-recovering"
    title = N_("The hub is being told what it has forgotten")
    sentence = N_("The hub was restored from a backup, and nodes are saying again what it has forgotten. Try again in a moment.")
    retry_after_seconds = 30
