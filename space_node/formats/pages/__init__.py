"""Pages of the library of formats, who is named with one, and what the page of an event says of its own."""

from space_node.formats.pages.library import format_work_pages, formats_pages
from space_node.formats.pages.naming import format_note

__all__ = ["format_note", "format_work_pages", "formats_pages"]
