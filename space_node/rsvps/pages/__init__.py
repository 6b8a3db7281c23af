"""The member's pages about taking part, and what stands on the pages of the calendar."""

from space_node.rsvps.pages.button import take_part as take_part
from space_node.rsvps.pages.own import rsvps_pages as rsvps_pages
