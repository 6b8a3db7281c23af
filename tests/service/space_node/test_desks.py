"""What guests may have: only changes travel, the horizon moves, and two managers at once do not undo each other."""

import datetime as dt
import json
from typing import Any

import pytest
from sqlalchemy import select

from federation.bookings.models import CommonSeats, DayOffer
from shared.errors import Conflict
from shared.messaging.outbox import OutboxState
from shared.messaging.reconcile import run_due
from space_node import wire
from space_node.db import Outbox, ReconcilerRun, db
from space_node.desks import queries, service
from space_node.desks.errors import DayOver
from space_node.desks.models import PublishedDay
from space_node.desks.reconcilers import RECONCILERS
from space_node.network import service as network_service
from space_node.uplink import queries as uplink
from tests.support.away import offer
from tests.support.guests import HOST, Guests
from tests.support.node import Network

DAY = dt.timedelta(days=1)


def updates(guests: Guests) -> list[dict[str, Any]]:
    """What the host has sent of its days, oldest first."""
    wanted = select(Outbox.body).where(Outbox.kind == "availability").order_by(Outbox.id)
    return [json.loads(body) for body in guests.host.look(lambda session: session.scalars(wanted).all())]


def set_day(guests: Guests, on: dt.date, *, is_open: bool = True, seats: tuple[int, int] = (1, 2)) -> None:
    values = {"open_to_guests": is_open, "morning": seats[0], "afternoon": seats[1], "reason": ""}
    guests.host.command(lambda session: service.set_day(session, on=on, now=guests.now, **values))


def publish(guests: Guests) -> int:
    return guests.host.command(lambda session: service.publish(session, now=guests.now))


def at_hub(guests: Guests, on: dt.date) -> tuple[bool, int, int]:
    """Open, and offered in the morning and in the afternoon, as the hub has it."""

    def look(session: Any) -> tuple[bool, int, int]:
        seats = {row.half: row.offered for row in session.scalars(select(CommonSeats).where(CommonSeats.on == on))}
        return session.get_one(DayOffer, (HOST, on)).open, seats["morning"], seats["afternoon"]

    return guests.hub.look(look)


def test_two_months_are_published_at_first_and_nothing_twice(guests: Guests) -> None:
    closed, week = updates(guests)
    assert [len(sent["days"]) for sent in (closed, week)] == [62, 44]
    assert not any(day["open"] for day in closed["days"])
    assert [publish(guests), publish(guests)] == [0, 0]
    assert at_hub(guests, guests.today) == (True, 3, 3)
    assert at_hub(guests, guests.today + 4 * DAY) == (False, 0, 0)


def test_only_the_day_that_changed_travels(guests: Guests) -> None:
    set_day(guests, guests.today + DAY)
    *_, before, last = updates(guests)
    assert (last["rev"] > before["rev"], [day["on"] for day in last["days"]]) == (True, ["2026-03-04"])
    assert at_hub(guests, guests.today + DAY) == (True, 1, 2)
    set_day(guests, guests.today + DAY)
    assert len(updates(guests)) == 3


def test_a_changed_weekday_travels_as_its_days(guests: Guests) -> None:
    guests.host.command(lambda session: service.set_weekdays(session, seats={1: (0, 1)}, now=guests.now))
    days = [dt.date.fromisoformat(day["on"]) for day in updates(guests)[-1]["days"]]
    assert {day.weekday() for day in days} == {1}
    assert at_hub(guests, guests.today) == (True, 0, 1)
    guests.network.sync()
    # Two more are set aside for this twin.
    assert (offer(guests).free, offer(guests, on=guests.today + DAY).free) == (2, 5)


def test_the_horizon_moves_a_day_every_day_and_what_is_past_is_forgotten(guests: Guests) -> None:
    guests.clock.advance(3 * DAY)
    assert publish(guests) == 3
    assert [day["on"] for day in updates(guests)[-1]["days"]] == ["2026-05-04", "2026-05-05", "2026-05-06"]
    kept = guests.host.look(lambda session: sorted(session.scalars(select(PublishedDay.on))))
    assert (kept[0], len(kept)) == (guests.today, 62)


def test_the_worker_moves_it_too(guests: Guests) -> None:
    guests.clock.advance(DAY)
    guests.host.do(lambda: run_due(db, ReconcilerRun, RECONCILERS, guests.clock))
    assert updates(guests)[-1]["days"][0]["on"] == "2026-05-04"


def test_a_closed_day_and_one_that_is_usual_again(guests: Guests) -> None:
    on = guests.today + DAY
    set_day(guests, on, is_open=False)
    assert at_hub(guests, on) == (False, 0, 0)
    assert [row.on for row in guests.host.look(lambda session: queries.exceptions(session, guests.today))] == [on]
    guests.network.sync()
    assert offer(guests, on=on).hindrance == "closed"
    guests.host.command(lambda session: service.clear_day(session, on=on, now=guests.now))
    assert at_hub(guests, on) == (True, 3, 3)
    guests.network.sync()
    assert offer(guests, on=on).hindrance is None


def test_a_day_that_has_passed_here_cannot_be_changed(guests: Guests) -> None:
    guests.clock.set(dt.datetime(2026, 3, 3, 23, 30, tzinfo=dt.UTC))
    set_day(guests, dt.date(2026, 3, 3))
    with pytest.raises(DayOver) as refused:
        set_day(guests, dt.date(2026, 3, 2))
    assert [fault["pointer"] for fault in refused.value.errors] == ["/on"]


def test_new_opening_hours_change_every_day_they_apply_to(guests: Guests) -> None:
    profile = guests.host.look(uplink.own_profile)
    evenings = [{**hours, "closes": "20:00"} for hours in profile["opening_hours"]]
    guests.host.command(
        lambda session: network_service.set_profile(session, {**profile, "opening_hours": evenings}, now=guests.now)
    )
    assert publish(guests) == 44
    guests.network.sync()
    assert offer(guests).closes_at == guests.now.replace(hour=20)


def test_what_the_hub_refused_is_sent_anew_when_somebody_has_looked_at_it(guests: Guests) -> None:
    def refuse(session: Any) -> int:
        """As if the hub had just said no to the last publication."""
        row = session.scalars(select(Outbox).where(Outbox.kind == "availability").order_by(Outbox.id.desc())).first()
        row.state = OutboxState.PARKED
        wire.refuse(session, row, Conflict())
        return int(row.id)

    def work() -> None:
        guests.clock.advance(dt.timedelta(minutes=10))
        guests.host.do(lambda: run_due(db, ReconcilerRun, RECONCILERS, guests.clock))

    parked, before = guests.host.command(refuse), len(updates(guests))
    work()
    assert len(updates(guests)) == before
    guests.host.command(lambda session: network_service.discard_message(session, parked))
    work()
    assert len(updates(guests)[-1]["days"]) == 62


def test_a_space_that_has_not_joined_keeps_its_week_and_tells_nobody(network: Network) -> None:
    alone = network.node("cowo-milano")
    now = network.clock.now()
    alone.command(lambda session: service.set_weekdays(session, seats={0: (2, 2)}, now=now))
    assert alone.command(lambda session: service.publish(session, now=now)) == 0
    assert [row.weekday for row in alone.look(queries.week).values()] == [0]
    alone.join(network.hub.invite("cowo-milano"))
    assert alone.command(lambda session: service.publish(session, now=now)) == 62
