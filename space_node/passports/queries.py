"""Reads about the passports of our own members."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from shared.keys.status_list import Status
from space_node.passports.models import THE_ONE, IssuedPassport, OwnStatusList
from space_node.passports.rules import Held, PassportKind
from space_node.uplink import queries as uplink

GENERAL = (PassportKind.PHONE, PassportKind.PAPER)


@dataclass(frozen=True)
class PassportView:
    """A passport as its holder shows it: `text` is what the QR code says."""

    text: str
    ref: str
    kind: PassportKind
    display_name: str
    tier: int
    issued_at: dt.datetime
    expires_at: dt.datetime
    booking_id: str | None = None
    audience: str | None = None


def visit_pass_of(session: Session, booking_id: str, now: dt.datetime) -> PassportView | None:
    """The pass for one stay, as soon as it is signed and as long as it is good."""
    found = session.scalar(select(IssuedPassport).where(IssuedPassport.booking_id == booking_id, _live(now)))
    return None if found is None else view(found)


def general_of(session: Session, member_id: str, now: dt.datetime, *, kind: PassportKind) -> PassportView | None:
    """A member's newest good passport of a kind, for the phone or on paper."""
    own = (row for row in live_general(session, member_id, now) if row.kind == kind)
    newest = max(own, key=lambda row: (row.issued_at, row.cti), default=None)
    return None if newest is None else view(newest)


def live_general(session: Session, member_id: str, now: dt.datetime) -> list[IssuedPassport]:
    """A member's good passports that are not for one visit alone; at most two."""
    own = select(IssuedPassport).where(IssuedPassport.member_id == member_id, IssuedPassport.kind.in_(GENERAL), _live(now))
    return list(session.scalars(own.order_by(IssuedPassport.issued_at, IssuedPassport.cti)))


def live_count(session: Session, now: dt.datetime) -> int:
    """How many passports of this space are good now."""
    return session.scalar(select(func.count()).select_from(IssuedPassport).where(_live(now))) or 0


def holders(session: Session, now: dt.datetime) -> set[str]:
    """The members who hold a good passport."""
    return set(session.scalars(select(IssuedPassport.member_id).where(_live(now)).distinct()))


def latest_on_phones(session: Session, *, since: dt.datetime) -> list[IssuedPassport]:
    """The newest phone passport of every member whose newest one ends, or ended, after this instant."""
    row = IssuedPassport
    on_phone = (row.kind == PassportKind.PHONE) & row.revoked_at.is_(None)
    newest = select(row.member_id, func.max(row.issued_at).label("at")).where(on_phone).group_by(row.member_id).subquery()
    same = (row.member_id == newest.c.member_id) & (row.issued_at == newest.c.at)
    wanted = select(row).join(newest, same).where(on_phone, row.expires_at > since)
    return list(session.scalars(wanted.order_by(row.cti)))


def taken_places(session: Session, now: dt.datetime) -> set[int]:
    """The places of the status list that are in use, or were withdrawn in a life that this node has forgotten."""
    own = {place for place in session.scalars(select(IssuedPassport.status_index)) if place is not None}
    return own | _withdrawn_before(session, now)


def revoked_places(session: Session, now: dt.datetime) -> list[int]:
    """The places whose passports were withdrawn."""
    row = IssuedPassport
    places = session.scalars(select(row.status_index).where(row.status_index.is_not(None), row.revoked_at.is_not(None)))
    return sorted({place for place in places if place is not None} | _withdrawn_before(session, now))


def sent_list(session: Session) -> OwnStatusList | None:
    """The status list as it was sent last, None before the first time."""
    return session.get(OwnStatusList, THE_ONE)


def is_list_held(session: Session) -> bool:
    """Whether the hub has confirmed the status list as it was sent last, so that doors can hear what was withdrawn."""
    sent = sent_list(session)
    return sent is not None and sent.held_rev >= sent.rev


def issued(session: Session, cti: bytes) -> IssuedPassport | None:
    """The passport of this id, if this space has issued it."""
    return session.get(IssuedPassport, cti.hex())


def view(row: IssuedPassport) -> PassportView:
    """A row as others see it."""
    return PassportView(**{name: getattr(row, name) for name in PassportView.__dataclass_fields__})


def held(row: IssuedPassport) -> Held:
    """A row as the rules see it."""
    return Held(row.cti, PassportKind(row.kind), row.issued_at, row.expires_at)


def _live(now: dt.datetime) -> ColumnElement[bool]:
    return (IssuedPassport.expires_at > now) & IssuedPassport.revoked_at.is_(None)


def _withdrawn_before(session: Session, now: dt.datetime) -> set[int]:
    """The places that were withdrawn in a life which this node has forgotten, as the hub gave the own list back."""
    own = uplink.identity(session)
    found = uplink.status_list(session, own.slug, now) if own else None
    return set() if found is None else {place for place in range(found[0].size) if found[0].get(place) == Status.INVALID}
