"""How long a member waits for the calendar of a whole network, whatever the others do."""

from typing import Any

from bench.load import drive
from bench.node import TITLE, Node
from bench.processes import cpu_seconds
from bench.wire import Wire

PAGES = {
    "list": "/events",
    "list_of_a_topic": "/events?topic=music",
    "open_to_me": "/events?open=1",
    "month": "/events?view=month",
    "public": "/happening",
}
ONE_PERSON = 1


def measure(node: Node, *, seconds: float) -> dict[str, Any]:
    """Each page, again and again, for one person who is signed in."""
    return {name: _page(node, path, seconds) for name, path in PAGES.items()}


def _page(node: Node, path: str, seconds: float) -> dict[str, Any]:
    wire = Wire(node.origin, {"Cookie": node.cookie})

    def look() -> bool:
        status, body = wire.call("GET", path)
        return status == 200 and TITLE.encode() in body

    return drive([look] * ONE_PERSON, seconds, lambda: cpu_seconds([node.group])).plain()
