"""Reads about erasures."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import paging
from space_node.erasures.errors import ErasureUnknown
from space_node.erasures.models import Erasure
from space_node.members.queries import Member
from space_node.rsvps import queries as rsvps
from space_node.trips import queries as trips
from space_node.uplink import queries as uplink
from space_node.wallet import queries as wallet

SHOWN_MAX = 100
_LATEST_FIRST = (Erasure.asked_at.desc(), Erasure.id.desc())


@dataclass(frozen=True)
class Progress:
    """How far it is that somebody is forgotten: the hub, and each host by name with when it has confirmed."""

    id: str
    asked_at: dt.datetime
    hub_at: dt.datetime | None
    hosts: list[tuple[str, dt.datetime | None]]
    problem: str | None

    @property
    def waiting(self) -> list[str]:
        """The hosts that have not confirmed yet."""
        return [name for name, confirmed_at in self.hosts if confirmed_at is None]

    @property
    def is_done(self) -> bool:
        """Whether nobody holds anything any more."""
        return self.hub_at is not None and not self.waiting


@dataclass(frozen=True)
class Belongings:
    """What somebody would lose: trips and places still to come, and credits."""

    trips_count: int
    places_count: int
    credits: int


def page(session: Session, *, number: int = 1) -> paging.Page[Progress]:
    """One page of erasures, the latest first."""
    names = uplink.space_names(session)
    return paging.page(session, select(Erasure), *_LATEST_FIRST, number=number).map(lambda row: _progress(row, names))


def everyone(session: Session) -> list[Progress]:
    """All erasures, the latest first."""
    names = uplink.space_names(session)
    return [_progress(row, names) for row in session.scalars(select(Erasure).order_by(*_LATEST_FIRST))]


def progress(session: Session, erasure_id: str) -> Progress:
    """How far one is. Raises ErasureUnknown."""
    found = session.get(Erasure, erasure_id)
    if found is None:
        raise ErasureUnknown
    return _progress(found, uplink.space_names(session))


def belongings(session: Session, member: Member, *, on: dt.date, now: dt.datetime) -> Belongings:
    """What a member has that goes with them."""
    return Belongings(
        trips_count=len(trips.coming(session, member_id=member.id, now=now, limit=SHOWN_MAX)),
        places_count=len(rsvps.ahead(session, member_id=member.id, now=now, limit=SHOWN_MAX)),
        credits=wallet.available(session, member.guest, on),
    )


def _progress(row: Erasure, names: dict[str, str]) -> Progress:
    hosts = [(names.get(one["space"], one["space"]), _instant(one["confirmed_at"])) for one in row.confirmations]
    return Progress(row.id, row.asked_at, row.finished_at, sorted(hosts), row.problem)


def _instant(text: str | None) -> dt.datetime | None:
    return None if text is None else dt.datetime.fromisoformat(text)
