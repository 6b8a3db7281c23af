"""Bugs in what a node does with the hub's word."""

from typing import Any

from shared import revs
from shared.messaging.outbox import sealed_since
from space_node.uplink.service import outgoing
from tests.support.simulation.bugs.planting import Bug, instead_of


@instead_of(revs.is_newer)
def _old_news_wins(*, held: tuple[int, int], arrived: tuple[int, int]) -> bool:
    return True


@instead_of(sealed_since)
def _nothing_told_again(*_: Any, **__: Any) -> list[Any]:
    return []


@instead_of(outgoing.lift_rev)
def _revs_given_again(session: Any, name: str, rev: int) -> None:
    """Nothing is learnt from the hub about the revs that this node has given."""


BUGS = (
    Bug("old-news-wins", "An older state overwrites a newer one that came before it.", _old_news_wins),
    Bug("nothing-told-again", "A node does not tell a restored hub what it has forgotten.", _nothing_told_again),
    Bug("revs-given-again", "A restored node gives revs that it has given before.", _revs_given_again),
)
