"""Trips on the command line: book a desk for a member, as the front desk does for who calls, and cancel it."""

import datetime as dt
import json
from typing import Any

import click
from flask.cli import AppGroup

from shared.clock import current_clock
from shared.ids import new_id
from shared.protocol.states import BookingState, Part
from space_node.db import db, read_only, transactional
from space_node.members import queries as members
from space_node.trips import queries, service
from space_node.trips.errors import NoSuchTwin
from space_node.uplink import queries as uplink

group = AppGroup("trips", help="Our members away.")
commands = (group,)
member_option = click.option("--member", "email", required=True, help="The member's e-mail address.")
as_json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")


@group.command("book")
@member_option
@click.option("--at", "host", required=True, metavar="SLUG", help="The twin to go to.")
@click.option(
    "--on", "days", required=True, multiple=True, type=click.DateTime(["%Y-%m-%d"]), help="The day there; as often as need be."
)
@click.option("--part", default=Part.DAY.value, show_default=True, type=click.Choice([part.value for part in Part]))
@click.option("--note", default="", help="What the host reads.")
@as_json_option
def book(email: str, host: str, days: tuple[dt.datetime, ...], part: str, note: str, as_json: bool) -> None:
    """Book a desk for a member at the price in force; the hub's answers are told."""
    twin = read_only(lambda: uplink.twin_space(db.session(), host))()
    if twin is None:
        raise NoSuchTwin(space=host)
    price = twin.terms.price(host, Part(part))
    about: dict[str, Any] = {"host": host, "part": Part(part), "terms_version": twin.terms.version}
    about |= {"price_credits": price, "note": note}
    chosen = [service.Wanted(request_id=new_id(), booking_id=new_id(), on=day.date(), **about) for day in days]

    @transactional
    def work() -> None:
        member_id = members.require_member(db.session(), email).id
        for wanted in chosen:
            service.request(db.session(), member_id=member_id, wanted=wanted, now=current_clock().now())

    work()
    rows = _tell([wanted.booking_id for wanted in chosen], as_json)
    if refused := [f"{row['on']} ({row['reason']})" for row in rows if row["state"] == BookingState.REFUSED]:
        raise click.ClickException(f"Refused: {', '.join(refused)}.")


@group.command("cancel")
@member_option
@click.argument("booking_id")
@as_json_option
def cancel(email: str, booking_id: str, as_json: bool) -> None:
    """Cancel a trip of a member."""

    @transactional
    def work() -> None:
        member_id = members.require_member(db.session(), email).id
        service.cancel(db.session(), member_id=member_id, booking_id=booking_id, now=current_clock().now())

    work()
    _tell([booking_id], as_json)


def _tell(booking_ids: list[str], as_json: bool) -> list[dict[str, Any]]:
    """Show trips as they stand after the hub has had its chance to answer; returns what was shown."""

    def look() -> list[dict[str, Any]]:
        db.session().expire_all()
        return [_row(queries.require(db.session(), one)) for one in booking_ids]

    rows = read_only(look)()
    if as_json:
        click.echo(json.dumps(rows))
        return rows
    for row in rows:
        click.echo(f"{row['booking_id']}  {row['on']}  {row['state']:<20} {row['reason'] or ''}".rstrip())
    return rows


def _row(trip: queries.Trip) -> dict[str, Any]:
    names = ("booking_id", "host", "part", "state", "reason", "price_credits")
    return {name: getattr(trip, name) for name in names} | {"on": trip.on.isoformat()}
