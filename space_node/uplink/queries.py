"""Reads of the uplink: this space in its network, the mirror of the others, the keys and lists that hold."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from joserfc.jwk import ECKey
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.keys import key_list
from shared.keys import status_list as status_lists
from shared.keys.errors import SignatureInvalid, StatusListInvalid
from shared.keys.key_list import KeyList
from shared.keys.key_set import read_key_set
from shared.keys.passport import IssuerKey
from shared.keys.status_list import SignedStatusList
from shared.messaging.outbox import OutboxState, outbox_oldest_at
from shared.messaging.rules import SPACE_NOT_ACTIVE
from shared.protocol.states import Half, SpaceState, TwinningState
from shared.protocol.twinnings import Terms
from shared.schemas import load
from space_node.db import Outbox, ParkedItem
from space_node.uplink.errors import NotJoined
from space_node.uplink.models import (
    THE_ONE,
    Identity,
    KeyListCopy,
    MirrorAvailability,
    PinnedRoot,
)
from space_node.uplink.models import MirrorSpace as MirrorSpace
from space_node.uplink.models import MirrorTwinning as MirrorTwinning
from space_node.uplink.models import StatusListCopy as StatusListCopy
from space_node.uplink.rules import MirrorTerms as MirrorTerms
from space_node.uplink.rules import read_terms

LIVE_STATES = (SpaceState.PROBATION, SpaceState.ACTIVE)


@dataclass(frozen=True)
class HubContact:
    """How it stands with the hub: when it last answered, what was wrong since, and what waits."""

    last_ok_at: dt.datetime | None
    last_fault: str | None
    last_fault_at: dt.datetime | None
    skew_seconds: int | None
    waiting_count: int
    held_count: int
    parked_count: int
    oldest_waiting_at: dt.datetime | None


def identity(session: Session) -> Identity | None:
    """This space in its network, or None for a node that has never applied."""
    return session.get(Identity, THE_ONE)


def require_identity(session: Session) -> Identity:
    """This space in its network. Raises NotJoined."""
    found = identity(session)
    if found is None:
        raise NotJoined
    return found


def own_slug(session: Session) -> str:
    """This space's short name. Raises NotJoined."""
    return require_identity(session).slug


def own_profile(session: Session) -> dict[str, Any]:
    """What this space shows its twins, in the form of `shared.protocol.spaces.Profile`. Raises NotJoined."""
    return require_identity(session).profile


def own_zone(session: Session) -> str:
    """This space's time zone; UTC before it has joined."""
    return str(own.profile["zone"]) if (own := identity(session)) else "UTC"


def epoch(session: Session) -> int:
    """The hub's present epoch, in which its answers to commands count; answers carry a rev alone."""
    return own.epoch if (own := identity(session)) else 0


def hub_contact(session: Session) -> HubContact:
    """How it stands with the hub."""
    own = identity(session)
    open_rows = select(Outbox.state, func.count()).where(Outbox.state.in_((OutboxState.WAITING, OutboxState.PARKED)))
    rows = session.execute(open_rows.group_by(Outbox.state))
    counts = {str(state): int(count) for state, count in rows}
    held = select(func.count()).where(Outbox.state == OutboxState.WAITING, Outbox.problem_slug == SPACE_NOT_ACTIVE)
    news = session.scalar(select(func.count()).select_from(ParkedItem)) or 0
    return HubContact(
        last_ok_at=own.last_ok_at if own else None,
        last_fault=own.last_fault if own else None,
        last_fault_at=own.last_fault_at if own else None,
        skew_seconds=own.skew_seconds if own else None,
        waiting_count=counts.get(OutboxState.WAITING, 0),
        held_count=session.scalar(held) or 0,
        parked_count=counts.get(OutboxState.PARKED, 0) + news,
        oldest_waiting_at=outbox_oldest_at(session, Outbox),
    )


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
    known = select(MirrorSpace).where(MirrorSpace.state.not_in(("", SpaceState.LEFT)))
    return list(session.scalars(known.order_by(MirrorSpace.name, MirrorSpace.slug)))


def space_names(session: Session) -> dict[str, str]:
    """The names of the network's spaces by slug, our own among them."""
    known, own = {row.slug: row.name for row in directory(session) if row.name}, identity(session)
    return known | ({own.slug: str(own.profile["name"])} if own else {})


def agreements(session: Session, partner: str | None = None) -> list[MirrorTwinning]:
    """All agreements of this space, or those with one partner, proposed ones and ended ones too."""
    with_them = () if partner is None else (MirrorTwinning.partner == partner,)
    return list(session.scalars(select(MirrorTwinning).where(*with_them).order_by(MirrorTwinning.partner, MirrorTwinning.id)))


def partners(session: Session) -> list[str]:
    """The slugs of the twins in force, proven by both signatures."""
    return sorted({row.partner for row in _in_force(session)})


def twinning_with(session: Session, slug: str) -> MirrorTerms | None:
    """The terms in force with a space, if both signatures prove them."""
    return next((read_payload(row.terms) for row in _in_force(session, slug) if row.terms), None)


def twin_space(session: Session, slug: str) -> TwinSpace | None:
    """One twin in force."""
    return next((_twin(session, row) for row in _in_force(session, slug)), None)


def twin_spaces(session: Session) -> list[TwinSpace]:
    """All twins in force, by name."""
    return sorted((_twin(session, row) for row in _in_force(session)), key=lambda twin: (twin.name, twin.slug))


def availability(session: Session, host: str, on: dt.date) -> DayFree | None:
    """What a twin has free on a day; None where the hub has told nothing."""
    return _day(found) if (found := session.get(MirrorAvailability, (host, on))) else None


def availability_on(session: Session, on: dt.date) -> dict[str, DayFree]:
    """What every twin has free on a day, as far as the hub has told."""
    return {row.host: _day(row) for row in session.scalars(select(MirrorAvailability).where(MirrorAvailability.on == on))}


def _in_force(session: Session, slug: str | None = None) -> list[MirrorTwinning]:
    wanted = select(MirrorTwinning).where(MirrorTwinning.state == TwinningState.ACTIVE, MirrorTwinning.terms.is_not(None))
    if slug is not None:
        wanted = wanted.where(MirrorTwinning.partner == slug)
    return list(session.scalars(wanted.order_by(MirrorTwinning.activated_at.desc())))


def read_payload(payload: Mapping[str, Any]) -> MirrorTerms:
    """Terms as they were signed, to look at."""
    return read_terms(load(Terms, payload))


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
        terms=read_payload(row.terms or {}),
        as_of=known.profile_as_of or known.as_of,
    )


def _day(row: MirrorAvailability) -> DayFree:
    return DayFree(**{name: getattr(row, name) for name in DayFree.__dataclass_fields__})


@lru_cache(maxsize=64)
def hub_signing_keys(key_set: str, root_thumbprint: str) -> Mapping[str, ECKey]:
    """The keys that the hub signs its lists with, from its own root-signed key set. Raises KeySetInvalid."""
    document = read_key_set(key_set, slug="hub", pinned_root=root_thumbprint)
    return {key.kid: key.key for key in document.keys if key.use == "signing" and key.revoked_at is None}


def pinned_roots(session: Session) -> dict[str, str]:
    """The root thumbprints of partners as both sides signed them."""
    return {row.space: row.thumbprint for row in session.scalars(select(PinnedRoot))}


def held_key_list(session: Session) -> KeyList | None:
    """The newest key list whose signature and chain held."""
    own, held = identity(session), session.get(KeyListCopy, THE_ONE)
    if own is None or held is None or held.document is None:
        return None
    return _read_list(held.document, own.hub_key_set, own.hub_root_thumbprint, tuple(sorted(pinned_roots(session).items())))


def keys_of(session: Session, slug: str, use: str, now: dt.datetime) -> dict[str, ECKey]:
    """The public keys of a space for one use that may be believed now, by kid: what `jws.verify` takes."""
    return held.usable(slug, use, now) if (held := held_key_list(session)) else {}


def encryption_key(session: Session, slug: str, now: dt.datetime) -> ECKey | None:
    """The key to seal to for a space; None for one whose keys are not known here."""
    held = held_key_list(session)
    found = None if held is None else held.current(slug, "encryption", now)
    return None if found is None else found.key


def find_passport_keys(session: Session, kid_prefix: bytes, now: dt.datetime) -> list[IssuerKey]:
    """Every passport key whose thumbprint begins so, whoever's it is: for `shared.keys.passport.read`."""
    return held.passport_keys(kid_prefix, now) if (held := held_key_list(session)) else []


def root_thumbprint_of(session: Session, slug: str) -> str | None:
    """The thumbprint of a space's root key, pinned or as first seen."""
    held = held_key_list(session)
    entry = None if held is None else held.spaces.get(slug)
    return None if entry is None else entry.root_thumbprint


def key_list_age(session: Session, now: dt.datetime) -> dt.timedelta | None:
    """How long ago the hub last vouched that the key list held here is the newest; None without one."""
    held = session.get(KeyListCopy, THE_ONE)
    return None if held is None or held.vouched_at is None or held.document is None else now - held.vouched_at


def status_list(session: Session, slug: str, now: dt.datetime) -> tuple[SignedStatusList, dt.datetime] | None:
    """A twin's status list with the instant of the hub's last word that it is the newest; None for none that holds."""
    held = session.get(StatusListCopy, slug)
    if held is None or held.document is None or held.vouched_at is None:
        return None
    try:
        return status_lists.read(held.document, keys_of(session, slug, "passport", now), slug), held.vouched_at
    except (SignatureInvalid, StatusListInvalid):
        return None


@lru_cache(maxsize=16)
def _read_list(document: str, key_set: str, root_thumbprint: str, pins: tuple[tuple[str, str], ...]) -> KeyList:
    return key_list.read(document, hub_keys=hub_signing_keys(key_set, root_thumbprint), pinned_roots=dict(pins))
