"""The report of a quarter, for the network's operator."""

from federation.db import db, read_only
from federation.reports import queries
from federation.spaces import queries as spaces
from shared.marking import N_
from shared.reports import report_blueprint

reports_pages = report_blueprint(
    "reports_pages",
    "operator",
    lead=N_("Who came to events and desks in the whole network, by home space, in a form that you can hand on."),
    count=lambda quarter: queries.attendance(db.session(), quarter),
    names=lambda: {space.slug: space.name for space in spaces.ever_here(db.session())},
    read_only=read_only,
)
