"""Reports that may be handed on: who came in a quarter, by home space, and no number so small that it tells of a person."""

from shared.reports.edges import report_blueprint, report_command
from shared.reports.quarters import Quarter
from shared.reports.tables import Attendance, tally

__all__ = ["Attendance", "Quarter", "report_blueprint", "report_command", "tally"]
