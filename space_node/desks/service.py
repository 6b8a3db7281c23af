"""Writes about what this space offers guests; every change is published to the hub.

Each begins with the next rev of what is published. Its row stays locked until the commit, so writers follow each other.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shared import meanwhile
from shared.clock import local_date
from shared.ids import sha256_hex
from shared.loader import dump_json
from shared.protocol.bookings import AvailabilityUpdate
from shared.protocol.version import BASE_PATH
from space_node.desks import queries
from space_node.desks.errors import DayOver
from space_node.desks.models import DayException, PublishedDay, WeekdayOffer
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service


def set_weekdays(session: Session, *, seats: Mapping[int, tuple[int, int]], now: dt.datetime) -> None:
    """Set morning and afternoon seats of the given weekdays, 0 is Monday, and publish what changes."""
    _keep_week(session, seats, _next_rev(session), now)


def change_week(session: Session, *, typed: Mapping[str, int], shown: str, now: dt.datetime) -> None:
    """Keep what the form of the week was changed in, and publish it. Raises ChangedMeanwhile."""
    rev = _next_rev(session)
    # Another manager may have changed the week until the row was ours.
    session.expire_all()
    stored = queries.week_form(session)
    changed = meanwhile.changes(typed, stored=stored, shown=shown)
    weekdays = {int(name.rpartition("_")[2]) for name in changed}
    wanted = {**stored, **changed}
    _keep_week(session, {n: (wanted[f"morning_{n}"], wanted[f"afternoon_{n}"]) for n in weekdays}, rev, now)


def set_day(
    session: Session, *, on: dt.date, open_to_guests: bool, morning: int, afternoon: int, reason: str, now: dt.datetime
) -> None:
    """Make one day differ from its weekday, and publish it. Nobody who is booked loses the desk. Raises DayOver."""
    if on < local_date(now, uplink.own_zone(session)):
        raise DayOver
    rev = _next_rev(session)
    held = session.get(DayException, on)
    if held is None:
        held = DayException(on=on)
        session.add(held)
    held.open, held.morning_seats, held.afternoon_seats, held.reason = open_to_guests, morning, afternoon, reason
    session.flush()
    _send_changed(session, rev, now)


def clear_day(session: Session, *, on: dt.date, now: dt.datetime) -> None:
    """Let a day be like its weekday again."""
    rev = _next_rev(session)
    session.execute(delete(DayException).where(DayException.on == on))
    _send_changed(session, rev, now)


def publish(session: Session, *, now: dt.datetime) -> int:
    """Send the coming days that changed since they were last sent; returns how many. Nothing before this space has joined."""
    if not _changed(session, now):
        return 0
    rev = _next_rev(session)
    # Somebody else may have changed days, and sent them, until the row was ours.
    session.expire_all()
    return _send_changed(session, rev, now)


def send_all_anew(session: Session) -> None:
    """Forget what was sent, so that the next publication sends every coming day."""
    session.execute(delete(PublishedDay))


def _next_rev(session: Session) -> int:
    return uplink_service.next_rev(session, "availability")


def _keep_week(session: Session, seats: Mapping[int, tuple[int, int]], rev: int, now: dt.datetime) -> None:
    for weekday, (morning, afternoon) in seats.items():
        held = session.get(WeekdayOffer, weekday)
        if held is None:
            held = WeekdayOffer(weekday=weekday)
            session.add(held)
        held.morning_seats, held.afternoon_seats = morning, afternoon
    session.flush()
    _send_changed(session, rev, now)


def _send_changed(session: Session, rev: int, now: dt.datetime) -> int:
    changed = _changed(session, now)
    today = local_date(now, uplink.own_zone(session))
    told_anew = PublishedDay.on.in_(changed) | (PublishedDay.on < today)
    session.execute(delete(PublishedDay).where(told_anew))
    session.add_all(PublishedDay(on=on, sha256=_sha256(day), sent_at=now) for on, day in changed.items())
    if changed:
        body = {"rev": rev, "days": list(changed.values())}
        path = f"{BASE_PATH}/self/availability"
        uplink_service.send(session, kind="availability", method="PUT", path=path, body=body, subject="availability", now=now)
    session.flush()
    return len(changed)


def _changed(session: Session, now: dt.datetime) -> dict[dt.date, dict[str, Any]]:
    """The coming days, as they travel, of which the hub was not told so."""
    if uplink.identity(session) is None:
        return {}
    days = queries.coming_days(session, local_date(now, uplink.own_zone(session)))
    written = {day["on"]: AvailabilityUpdate().dump({"rev": 1, "days": [day]})["days"][0] for day in days}
    sent = dict(session.execute(select(PublishedDay.on, PublishedDay.sha256)).all())
    return {on: day for on, day in written.items() if sent.get(on) != _sha256(day)}


def _sha256(day: dict[str, Any]) -> str:
    return sha256_hex(dump_json(day))
