"""The report of a quarter, for the manager of this space."""

from shared.marking import N_
from shared.reports import report_blueprint
from space_node.db import db, read_only
from space_node.reports import queries
from space_node.uplink import queries as uplink

reports_pages = report_blueprint(
    "reports",
    "manager",
    lead=N_("Who came to your events and desks, by home space, in a form that you can hand on."),
    count=lambda quarter: queries.attendance(db.session(), quarter),
    names=lambda: uplink.space_names(db.session()),
    read_only=read_only,
)
