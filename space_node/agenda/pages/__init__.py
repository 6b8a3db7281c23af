"""Pages of a member's own calendar, and those that a secret in their address opens."""

from space_node.agenda.pages.calendars import own_calendar_pages as own_calendar_pages
from space_node.agenda.pages.openly import rsvp_link_pages as rsvp_link_pages
