"""Writes of the library: publish, keep the hub's word, name an author."""

from space_node.formats.service.library import adapt, content_of, from_event, keep, new_version, not_taken, require_use, written
from space_node.formats.service.naming import name_author, withdraw_author

__all__ = [
    "adapt",
    "content_of",
    "from_event",
    "keep",
    "name_author",
    "new_version",
    "not_taken",
    "require_use",
    "withdraw_author",
    "written",
]
