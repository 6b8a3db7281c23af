"""Reads of what the network does: one event with its sessions and seats, the calendar, and the entries of calendar files."""

from space_node.calendar.models import MirrorEvent as MirrorEvent
from space_node.calendar.models import MirrorSeats as MirrorSeats
from space_node.calendar.models import MirrorSession as MirrorSession
from space_node.calendar.queries.entries import calendar_entry as calendar_entry
from space_node.calendar.queries.entries import feed as feed
from space_node.calendar.queries.entries import notes as notes
from space_node.calendar.queries.listing import Choices as Choices
from space_node.calendar.queries.listing import Filters as Filters
from space_node.calendar.queries.listing import Glance as Glance
from space_node.calendar.queries.listing import Listed as Listed
from space_node.calendar.queries.listing import choices as choices
from space_node.calendar.queries.listing import in_month as in_month
from space_node.calendar.queries.listing import upcoming as upcoming
from space_node.calendar.queries.single import event as event
from space_node.calendar.queries.single import holders as holders
from space_node.calendar.queries.single import require_event as require_event
from space_node.calendar.queries.single import require_public as require_public
from space_node.calendar.queries.single import seats as seats
from space_node.calendar.queries.single import seats_of as seats_of
from space_node.calendar.queries.single import session as session
from space_node.calendar.queries.single import sessions_of as sessions_of
