"""The report of a quarter on the command line."""

from federation.db import db, read_only
from federation.reports import queries
from shared.reports import report_command

report = report_command(count=lambda quarter: queries.attendance(db.session(), quarter), read_only=read_only)
commands = (report,)
