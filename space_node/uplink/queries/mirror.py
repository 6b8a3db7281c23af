"""The mirror of the others: spaces, agreements that both signatures prove, free seats."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.protocol.states import Half, SpaceState, TwinningState
from shared.protocol.twinnings import Terms
from shared.schemas import load
from space_node.uplink.models import MirrorAvailability, MirrorSpace, MirrorTwinning
from space_node.uplink.rules import MirrorTerms, read_terms

LIVE_STATES = (SpaceState.PROBATION, SpaceState.ACTIVE)


@dataclass(frozen=True)
class TwinSpace:
    """A partner with its terms; `profile` is there as soon as the hub has brought it, in the wire's form."""

    slug: str
    name: str
    city: str
    country: str
    zone: str
    state: str
    profile: Mapping[str, Any] | None
    terms: MirrorTerms
    as_of: dt.datetime | None

    @property
    def is_live(self) -> bool:
        """Whether the space takes part at present."""
        return self.state in LIVE_STATES


@dataclass(frozen=True)
class DayFree:
    """What a twin has free on one of its local days, as the hub told at `as_of`."""

    host: str
    on: dt.date
    open: bool
    morning_free: int
    afternoon_free: int
    opens_at: dt.datetime | None
    noon_at: dt.datetime | None
    closes_at: dt.datetime | None
    as_of: dt.datetime

    def free(self, halves: tuple[Half, ...]) -> int:
        """How many guests find a seat in all of these halves."""
        counts = {Half.MORNING: self.morning_free, Half.AFTERNOON: self.afternoon_free}
        return min(counts[half] for half in halves) if self.open else 0


def space(session: Session, slug: str) -> MirrorSpace | None:
    """What is known of a space."""
    return session.get(MirrorSpace, slug)


def directory(session: Session) -> list[MirrorSpace]:
    """All spaces that the network tells of, by name."""
    known = select(MirrorSpace).where(MirrorSpace.state != "")
    return list(session.scalars(known.order_by(MirrorSpace.name, MirrorSpace.slug)))


def agreements(session: Session) -> list[MirrorTwinning]:
    """All agreements of this space, proposed ones and ended ones too."""
    return list(session.scalars(select(MirrorTwinning).order_by(MirrorTwinning.partner, MirrorTwinning.id)))


def partners(session: Session) -> list[str]:
    """The slugs of the twins in force, proven by both signatures."""
    return sorted({row.partner for row in _in_force(session)})


def twinning_with(session: Session, slug: str) -> MirrorTerms | None:
    """The terms in force with a space, if both signatures prove them."""
    found = next((row for row in _in_force(session, slug)), None)
    return None if found is None else _terms(found)


def twin_space(session: Session, slug: str) -> TwinSpace | None:
    """One twin in force."""
    return next((_twin(session, row) for row in _in_force(session, slug)), None)


def twin_spaces(session: Session) -> list[TwinSpace]:
    """All twins in force, by name."""
    return sorted((_twin(session, row) for row in _in_force(session)), key=lambda twin: (twin.name, twin.slug))


def availability(session: Session, host: str, on: dt.date) -> DayFree | None:
    """What a twin has free on a day; None where the hub has told nothing."""
    found = session.get(MirrorAvailability, (host, on))
    return None if found is None else _day(found)


def availability_between(session: Session, first: dt.date, last: dt.date, *, host: str | None = None) -> list[DayFree]:
    """What twins have free on the days from first to last, by host and day."""
    wanted = select(MirrorAvailability).where(MirrorAvailability.on.between(first, last))
    if host is not None:
        wanted = wanted.where(MirrorAvailability.host == host)
    rows = session.scalars(wanted.order_by(MirrorAvailability.host, MirrorAvailability.on))
    return [_day(row) for row in rows]


def _in_force(session: Session, slug: str | None = None) -> list[MirrorTwinning]:
    wanted = select(MirrorTwinning).where(MirrorTwinning.state == TwinningState.ACTIVE, MirrorTwinning.terms.is_not(None))
    if slug is not None:
        wanted = wanted.where(MirrorTwinning.partner == slug)
    return list(session.scalars(wanted.order_by(MirrorTwinning.activated_at.desc())))


def _terms(row: MirrorTwinning) -> MirrorTerms:
    return read_terms(load(Terms, row.terms))


def _twin(session: Session, row: MirrorTwinning) -> TwinSpace:
    known = session.get(MirrorSpace, row.partner) or MirrorSpace(
        slug=row.partner, name=row.partner, city="", country="", zone="UTC", state="", profile=None, as_of=None
    )
    return TwinSpace(
        slug=row.partner,
        name=known.name or row.partner,
        city=known.city,
        country=known.country,
        zone=known.zone,
        state=known.state,
        profile=known.profile,
        terms=_terms(row),
        as_of=known.profile_as_of or known.as_of,
    )


def _day(row: MirrorAvailability) -> DayFree:
    return DayFree(**{name: getattr(row, name) for name in DayFree.__dataclass_fields__})
