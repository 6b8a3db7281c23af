"""What is counted for the report of a quarter, at this space."""

from sqlalchemy.orm import Session

from shared.clock import day_range
from shared.reports import Attendance, Quarter, tally
from space_node.hosting import queries as hosting
from space_node.uplink import queries as uplink
from space_node.visits import queries as visits


def attendance(session: Session, quarter: Quarter) -> Attendance:
    """Who came here in a quarter, by home space: to our own sessions, and to our desks."""
    zone = uplink.own_zone(session)
    since, until = day_range(quarter.first_on, zone)[0], day_range(quarter.last_on, zone)[1]
    return Attendance(
        sessions_count=hosting.sessions_count(session, since=since, until=until),
        events=tally(hosting.attendance(session, since=since, until=until)),
        stays=tally(visits.attendance(session, first_on=quarter.first_on, last_on=quarter.last_on)),
    )
