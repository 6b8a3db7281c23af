"""What hosts offer: days and common seats, published to each twin as that twin sees them."""

import datetime as dt
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from federation.bookings import queries
from federation.bookings.models import AvailabilityState, AvailabilityTold, CommonSeats, DayOffer
from federation.db import publish
from federation.spaces import queries as spaces
from federation.twinnings import queries as twinnings
from shared.protocol.states import Half
from shared.revs import Arrival, arrival


def set_availability(
    session: Session, *, host: str, rev: int, days: list[dict[str, Any]], sha256: str, now: dt.datetime
) -> int:
    """Keep what a host offers on these days and tell its twins; returns the rev held. Raises RevConflict."""
    held = session.get(AvailabilityState, host, with_for_update=True)
    held_rev, held_sha256 = (held.rev, held.sha256) if held else (0, None)
    if arrival(held_rev=held_rev, held_sha256=held_sha256, rev=rev, sha256=sha256) is Arrival.CHANGES_NOTHING:
        return held_rev
    if held is None:
        session.add(AvailabilityState(host=host, rev=rev, sha256=sha256))
    else:
        held.rev, held.sha256 = rev, sha256
    twins = twinnings.twins_of(session, host)
    for day in days:
        _keep_day(session, host, day)
        publish_availability(session, host=host, on=day["on"], to=twins, now=now)
    return rev


def publish_availability(
    session: Session, *, host: str, on: dt.date, now: dt.datetime, to: list[str] | None = None
) -> None:
    """Tell twins what is left of a host's day; `to` defaults to all of them. The day's rev grows."""
    offer = session.get(DayOffer, (host, on))
    if offer is None:
        return
    rev = session.execute(
        update(DayOffer).where(DayOffer.host == host, DayOffer.on == on).values(rev=DayOffer.rev + 1).returning(DayOffer.rev)
    ).scalar_one()
    subject = queries.availability_subject(host, on)
    for twin in twinnings.twins_of(session, host) if to is None else to:
        data = queries.free_for(session, offer, twin)
        publish(session, to=[twin], type="availability.updated", subject=subject, rev=rev, data=data, now=now, coalesce=True)


def tell_twins(session: Session, *, twinning_id: str, version: int, pair: tuple[str, str], now: dt.datetime) -> int:
    """Tell both sides of an activated twinning each other's coming days, once a version; returns how many days."""
    told = session.get(AvailabilityTold, twinning_id)
    if told is not None and told.version >= version:
        return 0
    if told is None:
        session.add(AvailabilityTold(twinning_id=twinning_id, version=version))
    else:
        told.version = version
    count = 0
    for host, twin in (pair, pair[::-1]):
        zone = spaces.require(session, host).zone
        for offer in queries.coming_days(session, host, zone=zone, now=now):
            publish_availability(session, host=host, on=offer.on, to=[twin], now=now)
            count += 1
    return count


def _keep_day(session: Session, host: str, day: dict[str, Any]) -> None:
    offer = session.get(DayOffer, (host, day["on"]))
    if offer is None:
        offer = DayOffer(host=host, on=day["on"], rev=0)
        session.add(offer)
    offer.open = day["open"]
    offer.opens_at, offer.noon_at, offer.closes_at = day["opens_at"], day["noon_at"], day["closes_at"]
    for half, offered in ((Half.MORNING, day["morning_seats"]), (Half.AFTERNOON, day["afternoon_seats"])):
        seats = session.get(CommonSeats, (host, day["on"], half))
        if seats is None:
            session.add(CommonSeats(host=host, on=day["on"], half=half, offered=offered, taken=0))
        else:
            seats.offered = offered
    session.flush()
