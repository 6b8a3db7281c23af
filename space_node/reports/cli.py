"""The report of a quarter on the command line."""

from shared.reports import report_command
from space_node.db import db, read_only
from space_node.reports import queries

report = report_command(count=lambda quarter: queries.attendance(db.session(), quarter), read_only=read_only)
commands = (report,)
