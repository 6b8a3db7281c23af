"""Reads about what this space offers guests."""

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.messaging.outbox import OutboxState
from space_node.db import Outbox
from space_node.desks import rules
from space_node.desks.models import DayException, WeekdayOffer
from space_node.uplink import queries as uplink


def week(session: Session) -> dict[int, WeekdayOffer]:
    """Seats by weekday, 0 is Monday."""
    return {row.weekday: row for row in session.scalars(select(WeekdayOffer))}


def week_form(session: Session) -> dict[str, int]:
    """The same by the names that the form of the week gives them: `morning_0` to `afternoon_6`."""
    held = week(session)
    halves = {"morning": "morning_seats", "afternoon": "afternoon_seats"}
    return {f"{half}_{n}": getattr(held.get(n), column, 0) for n in range(7) for half, column in halves.items()}


def exceptions(session: Session, since: dt.date) -> list[DayException]:
    """Days from `since` on that differ from their weekday."""
    return list(session.scalars(select(DayException).where(DayException.on >= since).order_by(DayException.on)))


def coming_days(session: Session, today: dt.date) -> list[dict[str, Any]]:
    """What guests may have on each of the coming days, in the wire's form. Raises NotJoined."""
    profile, by_weekday = uplink.own_profile(session), week(session)
    differing = {row.on: row for row in exceptions(session, today)}
    return [
        rules.day_offer(on, profile=profile, seats=_seats(by_weekday.get(on.weekday()), differing.get(on)))
        for on in rules.coming(today)
    ]


def is_refused(session: Session) -> bool:
    """Whether the hub has refused what was published, and nobody has looked at it yet."""
    parked = select(Outbox.id).where(Outbox.kind == "availability", Outbox.state == OutboxState.PARKED).limit(1)
    return session.scalar(parked) is not None


def _seats(usual: WeekdayOffer | None, differing: DayException | None) -> rules.Seats | None:
    if differing is not None:
        return rules.Seats(differing.open, differing.morning_seats, differing.afternoon_seats)
    return None if usual is None else rules.Seats(True, usual.morning_seats, usual.afternoon_seats)
