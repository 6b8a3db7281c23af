"""The pages of the calendar: for those who are signed in, and for everybody."""

from space_node.calendar.pages.network import calendar_pages as calendar_pages
from space_node.calendar.pages.public import happening_pages as happening_pages
