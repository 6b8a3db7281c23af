"""The organiser's pages: all that this space organises, one event, one session."""

from space_node.organise.pages.event import organise_pages
from space_node.organise.pages.session import session_pages
from space_node.organise.pages.shown import organise_action

__all__ = ["organise_action", "organise_pages", "session_pages"]
