"""Writes about what this space offers guests; every change is published to the hub."""

import datetime as dt

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shared.clock import local_date
from shared.ids import sha256_hex
from shared.loader import dump_json
from shared.protocol.bookings import AvailabilityUpdate
from space_node.desks import queries
from space_node.desks.models import DayException, PublishedDay, WeekdayOffer
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service


def set_weekdays(session: Session, *, seats: dict[int, tuple[int, int]], now: dt.datetime) -> None:
    """Set morning and afternoon seats of the given weekdays, 0 is Monday, and publish what changes."""
    for weekday, (morning, afternoon) in seats.items():
        held = session.get(WeekdayOffer, weekday)
        if held is None:
            held = WeekdayOffer(weekday=weekday)
            session.add(held)
        held.morning_seats, held.afternoon_seats = morning, afternoon
    session.flush()
    publish(session, now=now)


def set_day(
    session: Session, *, on: dt.date, open_to_guests: bool, morning: int, afternoon: int, reason: str, now: dt.datetime
) -> None:
    """Make one day differ from its weekday, and publish it. Nobody who is booked loses the desk."""
    held = session.get(DayException, on)
    if held is None:
        held = DayException(on=on)
        session.add(held)
    held.open, held.morning_seats, held.afternoon_seats, held.reason = open_to_guests, morning, afternoon, reason
    session.flush()
    publish(session, now=now)


def clear_day(session: Session, *, on: dt.date, now: dt.datetime) -> None:
    """Let a day be like its weekday again."""
    session.execute(delete(DayException).where(DayException.on == on))
    publish(session, now=now)


def publish(session: Session, *, now: dt.datetime) -> int:
    """Send the coming days that changed since they were last sent; returns how many. Nothing before this space has joined."""
    if uplink.identity(session) is None:
        return 0
    today = local_date(now, uplink.own_zone(session))
    session.execute(delete(PublishedDay).where(PublishedDay.on < today))
    sent = {row.on: row for row in session.scalars(select(PublishedDay))}
    changed = []
    for day in queries.coming_days(session, today):
        written = AvailabilityUpdate().dump({"rev": 1, "days": [day]})["days"][0]
        sha256 = sha256_hex(dump_json(written))
        held = sent.get(day["on"])
        if held is None:
            held = PublishedDay(on=day["on"])
            session.add(held)
        elif held.sha256 == sha256:
            continue
        held.sha256, held.sent_at = sha256, now
        changed.append(written)
    if changed:
        body = {"rev": uplink_service.next_rev(session, "availability"), "days": changed}
        path = "/fed/v1/self/availability"
        uplink_service.send(session, kind="availability", method="PUT", path=path, body=body, subject="availability", now=now)
    session.flush()
    return len(changed)


def send_all_anew(session: Session) -> None:
    """Forget what was sent, so that the next publication sends every coming day."""
    session.execute(delete(PublishedDay))
