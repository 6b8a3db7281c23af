"""Commands about guest desks."""

import datetime as dt
import json

import click
from flask.cli import AppGroup

from shared.clock import current_clock, local_date
from shared.schemas import load
from space_node.db import db, read_only, transactional
from space_node.desks import queries, rules, service
from space_node.desks.schemas import DayForm
from space_node.uplink import queries as uplink

group = AppGroup("desks", help="Desks that guests may have.")
day_argument = click.argument("on", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE")


@group.command("offer")
@click.option("--seats", required=True, type=click.IntRange(0, 500), help="Seats for guests, mornings and afternoons.")
@click.option("--weekday", "weekdays", multiple=True, type=click.Choice(rules.WEEKDAYS), help="Only on these; else Mon to Fri.")
def offer(seats: int, weekdays: tuple[str, ...]) -> None:
    """Set the usual week's seats for guests, and publish them."""
    chosen = weekdays or rules.WEEKDAYS[:5]
    wanted = {rules.WEEKDAYS.index(name): (seats, seats) for name in chosen}
    transactional(lambda: service.set_weekdays(db.session(), seats=wanted, now=current_clock().now()))()
    click.echo(f"Guests may have {seats} desks on {', '.join(chosen)}.")


@group.command("close")
@day_argument
@click.option("--reason", default="", help="For your own notes.")
def close(on: dt.datetime, reason: str) -> None:
    """Close one day to guests; nobody who is booked loses the desk."""

    @transactional
    def work() -> None:
        day = load(DayForm, {"on": on.date().isoformat(), "reason": reason})
        closed = {"open_to_guests": day.pop("open"), **day}
        service.set_day(db.session(), **closed, now=current_clock().now())

    work()
    click.echo(f"{on.date()} is closed to new guests.")


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_days(as_json: bool) -> None:
    """List the coming days and their seats for guests."""

    @read_only
    def work() -> list[dict[str, object]]:
        today = local_date(current_clock().now(), uplink.own_zone(db.session()))
        names = ("open", "morning_seats", "afternoon_seats")
        days = queries.coming_days(db.session(), today)
        return [{"on": day["on"].isoformat(), **{name: day[name] for name in names}} for day in days]

    rows = work()
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['on']}  {row['morning_seats']:>3}  {row['afternoon_seats']:>3}{'' if row['open'] else '  closed'}")


commands = (group,)
