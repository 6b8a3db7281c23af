"""Writes of the library: publish, keep the hub's word, replay here, tick off."""

from space_node.formats.service.library import adapt, content_of, from_event, keep, new_version, not_taken, written
from space_node.formats.service.naming import name_author, withdraw_author
from space_node.formats.service.replays import Replay, replay_here, set_done

__all__ = [
    "Replay",
    "adapt",
    "content_of",
    "from_event",
    "keep",
    "name_author",
    "new_version",
    "not_taken",
    "replay_here",
    "set_done",
    "withdraw_author",
    "written",
]
