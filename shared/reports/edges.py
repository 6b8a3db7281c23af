"""The report of a quarter as a page, as a file and as a command. A service says what it counts and what its spaces are called."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click
from flask import Blueprint, Response, render_template, request
from flask.cli import with_appcontext
from flask_babel import gettext

from shared.access import Audience, audience
from shared.clock import current_clock
from shared.errors import within
from shared.marking import N_
from shared.reports.quarters import Quarter
from shared.reports.tables import ALL, OTHERS, QUARTERS_SHOWN, Attendance, QuarterReport, as_csv, as_json, lines, make
from shared.schemas import FormSchema, Text, load
from shared.sheets.writer import CONTENT_TYPE

T = TypeVar("T")
Count = Callable[[Quarter], Attendance]
ReadOnly = Callable[[Callable[[], T]], Callable[[], T]]
HEADINGS = (N_("Quarter"), N_("What"), N_("Home space"), N_("Present"), N_("Absent"), N_("Together"))


class ReportQuery(FormSchema):
    """The quarter, as 2026-Q3; without it, the latest that can be told."""

    quarter = Text(max=7, min=0, load_default="")


def report_blueprint(
    name: str, who: Audience, *, lead: str, count: Count, names: Callable[[], Mapping[str, str]], read_only: ReadOnly[Any]
) -> Blueprint:
    """Return the pages for an audience. `lead` is a marked sentence that says what is counted."""
    pages = audience(Blueprint(name, __name__, template_folder="templates"), who)

    def work() -> tuple[QuarterReport, dict[str, str]]:
        wanted = load(ReportQuery, request.args)["quarter"]
        with within("quarter"):
            quarter = _quarter(wanted)
        return make(quarter, count(quarter)), {**names(), OTHERS: gettext("Other spaces"), ALL: gettext("All together")}

    @pages.get("/reports")
    def index() -> str:
        made, called = read_only(work)()
        shown = [str(one) for one in _quarter("").lately(QUARTERS_SHOWN)]
        tables = {"events": lines(made.events, called), "stays": lines(made.stays, called)}
        return render_template("reports/index.html", made=made, quarters=shown, lead=gettext(lead), own=name, **tables)

    @pages.get("/reports.csv")
    def export() -> Response:
        made, called = read_only(work)()
        kinds = {"events": gettext("Events"), "stays": gettext("Guest desks")}
        content = as_csv(made, [gettext(word) for word in HEADINGS], kinds, called)
        headers = {"Content-Disposition": f'attachment; filename="report-{made.quarter}.csv"'}
        return Response(content, content_type=CONTENT_TYPE, headers=headers)

    return pages


def report_command(*, count: Count, read_only: ReadOnly[Any]) -> click.Command:
    """Return the command `report`."""

    @click.command("report")
    @click.option("--quarter", "wanted", default="", metavar="2026-Q3", help="Without it, the latest that can be told.")
    @click.option("--json", "as_data", is_flag=True, help="For programs; null is not told.")
    @with_appcontext
    def report(wanted: str, as_data: bool) -> None:
        """Tell who came in a quarter, by home space. What is fewer than five, or would tell it, is shown as *."""
        quarter = _quarter(wanted)
        made = make(quarter, read_only(lambda: count(quarter))())
        if as_data:
            click.echo(json.dumps(as_json(made)))
            return
        for title, table in (("events", made.events), ("desks", made.stays)):
            click.echo(f"{quarter!s} {title:22}  {'present':>8}  {'absent':>8}  {'together':>8}")
            for name, *numbers in lines(table, {OTHERS: "other spaces", ALL: "all together"}):
                click.echo(f"{name:30}  " + "  ".join(f"{number:>8}" for number in numbers))

    return report


def _quarter(text: str) -> Quarter:
    today = current_clock().now().date()
    return Quarter.read(text, today) if text else Quarter.last_counted(today)
