"""The member's pages about taking part, those that a link alone opens, and what stands on the pages of the calendar."""

from space_node.rsvps.pages.button import take_part as take_part
from space_node.rsvps.pages.calendars import own_calendar_pages as own_calendar_pages
from space_node.rsvps.pages.openly import rsvp_link_pages as rsvp_link_pages
from space_node.rsvps.pages.own import rsvps_pages as rsvps_pages
