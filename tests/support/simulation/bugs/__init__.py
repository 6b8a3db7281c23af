"""Bugs that somebody could have made, each planted in the product for the length of a story: the simulator must find them all."""

from tests.support.simulation.bugs import hub, messaging, node
from tests.support.simulation.bugs.planting import Bug

__all__ = ["BUGS", "Bug"]

BUGS: dict[str, Bug] = {bug.name: bug for bug in (*messaging.BUGS, *hub.BUGS, *node.BUGS)}
