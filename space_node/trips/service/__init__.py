"""Writes about trips: asking for a desk, cancelling, keeping what the hub answers, and telling the member."""

from space_node.trips.service.letters import calendar_of as calendar_of
from space_node.trips.service.stays import Wanted as Wanted
from space_node.trips.service.stays import cancel as cancel
from space_node.trips.service.stays import forget_cancel as forget_cancel
from space_node.trips.service.stays import forget_member as forget_member
from space_node.trips.service.stays import keep as keep
from space_node.trips.service.stays import refuse as refuse
from space_node.trips.service.stays import request as request
