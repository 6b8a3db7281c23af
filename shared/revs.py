"""Revs: one authority raises an integer, and a receiver knows from it alone what a message means (DESIGN §3, §6)."""

from enum import Enum

from shared.errors import Conflict
from shared.marking import N_


class RevConflict(Conflict):
    """Another body has been stored under the same rev."""

    slug = "rev-conflict"
    title = N_("Another version has this number")
    sentence = N_("Rev %(rev)s is stored with another content. Send a higher one.")


class Arrival(Enum):
    """What a state PUT with a rev amounts to."""

    REPLACES = "replaces"
    CHANGES_NOTHING = "changes nothing"


def arrival(*, held_rev: int, held_sha256: str | None, rev: int, sha256: str) -> Arrival:
    """Higher replaces, equal with the same body repeats the answer, lower changes nothing (DESIGN §6).

    Raises RevConflict for an equal rev with another body.
    """
    if rev > held_rev:
        return Arrival.REPLACES
    if rev == held_rev and sha256 != held_sha256:
        raise RevConflict(rev=rev)
    return Arrival.CHANGES_NOTHING


def is_newer(*, held: tuple[int, int], arrived: tuple[int, int]) -> bool:
    """Whether (epoch, rev) of a feed item is higher than what is held; older ones are acknowledged and dropped."""
    return arrived > held
