"""What hosts offer: days and common seats, published to each twin as that twin sees them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from federation.bookings import queries, rules
from federation.bookings.errors import OfferInvalid
from federation.bookings.models import AvailabilityState, AvailabilityTold, CommonSeats, DayOffer
from federation.db import publish
from federation.spaces import queries as spaces
from federation.twinnings import queries as twinnings
from shared.protocol.states import Half
from shared.protocol.terms import TwinningTerms
from shared.revs import Arrival, arrival


def set_availability(session: Session, *, host: str, rev: int, days: list[dict[str, Any]], sha256: str, now: dt.datetime) -> int:
    """Keep what a host offers on these days and tell its twins; returns the rev held. Raises OfferInvalid, RevConflict."""
    space = spaces.lock(session, host)
    if faults := rules.offer_faults(days, space.zone):
        raise OfferInvalid(errors=faults)
    held = session.get(AvailabilityState, host)
    held_rev, held_sha256 = (held.rev, held.sha256) if held else (0, None)
    if arrival(held_rev=held_rev, held_sha256=held_sha256, rev=rev, sha256=sha256) is Arrival.CHANGES_NOTHING:
        return held_rev
    if held is None:
        session.add(AvailabilityState(host=host, rev=rev, sha256=sha256))
    else:
        held.rev, held.sha256 = rev, sha256
    twins = twinnings.terms_with_twins(session, host)
    in_order = sorted(days, key=lambda day: day["on"])
    for day in in_order:
        _keep_seats(session, host, day)
    for day in in_order:
        # A closed day of which nobody has heard is no news: what a twin has not heard of is closed to it.
        if _keep_hours(session, host, day) or day["open"]:
            publish_availability(session, host=host, on=day["on"], to=twins, now=now)
    return rev


def publish_availability(
    session: Session, *, host: str, on: dt.date, now: dt.datetime, to: Mapping[str, TwinningTerms] | None = None
) -> None:
    """Tell twins what is left of a host's day; `to` defaults to all of them. The day's rev grows.

    Whoever raises it has the day's row until the commit, so a higher rev never tells an older state.
    """
    raised = update(DayOffer).where(DayOffer.host == host, DayOffer.on == on).values(rev=DayOffer.rev + 1)
    offer = session.scalars(raised.returning(DayOffer), execution_options={"populate_existing": True}).one()
    kind, subject = "availability.updated", queries.availability_subject(host, on)
    alike: dict[tuple[int, int], tuple[dict[str, Any], list[str]]] = {}
    readers = twinnings.terms_with_twins(session, host) if to is None else to
    for _, twin, data in queries.free_for(session, host, [offer], readers):
        alike.setdefault((data["morning_free"], data["afternoon_free"]), (data, []))[1].append(twin)
    for data, twins in alike.values():
        publish(session, to=twins, type=kind, subject=subject, rev=offer.rev, data=data, now=now, coalesce=True)


def tell_twins(session: Session, *, twinning_id: str, version: int, pair: tuple[str, str], now: dt.datetime) -> None:
    """Tell both sides of an activated twinning each other's coming days, and note that this version has been told."""
    session.merge(AvailabilityTold(twinning_id=twinning_id, version=version))
    terms = twinnings.terms_of(session, twinning_id, version)
    for host, twin in (pair, pair[::-1]):
        zone = spaces.require(session, host).zone
        for offer in queries.coming_days(session, host, zone=zone, now=now):
            publish_availability(session, host=host, on=offer.on, to={twin: terms}, now=now)


def _keep_seats(session: Session, host: str, day: dict[str, Any]) -> None:
    for half in Half:
        here = (CommonSeats.host == host, CommonSeats.on == day["on"], CommonSeats.half == half)
        offered = day[f"{half}_seats"]
        kept = update(CommonSeats).where(*here).values(offered=offered).returning(CommonSeats.offered)
        if session.scalar(kept, execution_options={"synchronize_session": False}) is None:
            session.add(CommonSeats(host=host, on=day["on"], half=half, offered=offered, taken=0))
            session.flush()


def _keep_hours(session: Session, host: str, day: dict[str, Any]) -> bool:
    """Keep when a day is open; whether anybody has heard of it before."""
    offer = session.get(DayOffer, (host, day["on"]))
    if offer is None:
        offer = DayOffer(host=host, on=day["on"], rev=0)
        session.add(offer)
    offer.open = day["open"]
    offer.opens_at, offer.noon_at, offer.closes_at = day["opens_at"], day["noon_at"], day["closes_at"]
    session.flush()
    return offer.rev > 0
