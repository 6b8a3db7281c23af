"""The front desk on the command line: today's guests, check in, receive a walk-in."""

import json
from typing import Any

import click
from flask.cli import with_appcontext

from shared.clock import current_clock
from shared.protocol.states import Part
from space_node.db import db, read_only, transactional
from space_node.visits import queries, service


@click.command("arrivals")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
def arrivals(as_json: bool) -> None:
    """List the guests of today."""
    found = read_only(lambda: queries.arrivals_today(db.session(), current_clock().now()))()
    if as_json:
        click.echo(json.dumps([_told(one) for one in found]))
        return
    for one in found:
        click.echo(f"{one.booking_id}  {one.state:<12} {one.part:<10} {one.name or '-'} ({one.home_name})")


@click.command("check-in")
@click.argument("booking_id", required=False)
@click.option("--pass", "passport", help="The text of the passport that was shown.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
def check_in(booking_id: str | None, passport: str | None, as_json: bool) -> None:
    """Check in the guest of a booking, or whom a passport is for."""

    def work() -> str:
        session, now = db.session(), current_clock().now()
        if booking_id is not None:
            return service.check_in(session, booking_id=booking_id, passport_text=passport, now=now).booking_id
        if passport is None:
            raise click.UsageError("Say a booking's id, or --pass TEXT.")
        return service.check_in_by_pass(session, passport_text=passport, now=now).booking_id

    _show(transactional(work)(), as_json)


@click.command("walk-in")
@click.option("--pass", "passport", required=True, help="The text of the passport that was shown.")
@click.option("--part", default="day", type=click.Choice([part.value for part in Part]), help="For how long.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
def walk_in(passport: str, part: str, as_json: bool) -> None:
    """Receive a guest whom nobody has booked."""

    def work() -> str:
        now = current_clock().now()
        return service.walk_in(db.session(), passport_text=passport, part=Part(part), now=now).booking_id

    _show(transactional(work)(), as_json)


@click.command("scan")
@click.argument("passport")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
def scan(passport: str, as_json: bool) -> None:
    """Say what the door says of a passport; change nothing."""
    found = read_only(lambda: service.scan(db.session(), passport, current_clock().now()))()
    told = {
        "verdict": found.verdict,
        "reason": found.reason,
        "offer": found.offer,
        "home": found.check.home,
        "name": found.check.name,
        "visits": [one.booking_id for one in found.visits],
    }
    click.echo(json.dumps(told) if as_json else f"{found.verdict}: {found.reason}")


def _show(booking_id: str, as_json: bool) -> None:
    """Show the visit as it stands after the hub has had its chance to answer."""

    def look() -> queries.Arrival:
        db.session().expire_all()
        return queries.arrival(db.session(), queries.require(db.session(), booking_id))

    one = read_only(look)()
    click.echo(json.dumps(_told(one)) if as_json else f"{one.name or one.booking_id}: {one.state}")


def _told(one: queries.Arrival) -> dict[str, Any]:
    return {
        "booking_id": one.booking_id,
        "name": one.name,
        "home": one.home,
        "on": one.on.isoformat(),
        "part": one.part,
        "origin": one.origin,
        "state": one.state,
        "arrived_at": one.arrived_at.isoformat() if one.arrived_at else None,
        "reported": one.reported,
        "problem": one.problem,
    }


commands = (arrivals, check_in, walk_in, scan)
