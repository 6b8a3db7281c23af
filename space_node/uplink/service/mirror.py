"""Taking news in: each item replaces what is held only if (epoch, rev) is higher; the as-of time is ours, of taking it in."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from shared.protocol.bookings import AvailabilityEntry
from shared.protocol.spaces import Profile
from shared.revs import is_newer
from space_node.uplink import queries
from space_node.uplink.models import THE_ONE, KeyListCopy, MirrorAvailability, MirrorSpace, StatusListCopy

AVAILABILITY_KEPT = dt.timedelta(days=40)


def take_space(session: Session, data: Mapping[str, Any], *, at: tuple[int, int], now: dt.datetime) -> None:
    """The directory's line of a space."""
    held = _space(session, data["space"])
    if is_newer(held=(held.epoch, held.rev), arrived=at):
        held.name, held.city, held.country, held.zone = (data[name] for name in ("name", "city", "country", "zone"))
        held.state, held.as_of, (held.epoch, held.rev) = data["state"], now, at


def take_profile(session: Session, data: Mapping[str, Any], *, at: tuple[int, int], now: dt.datetime) -> None:
    """A twin's whole profile."""
    held = _space(session, data["space"])
    if is_newer(held=(held.profile_epoch, held.profile_rev), arrived=at):
        held.profile, held.profile_as_of, (held.profile_epoch, held.profile_rev) = Profile().dump(data["profile"]), now, at
        # The profile may be there before the directory's line is.
        held.name, held.city, held.country, held.zone = (data["profile"][n] for n in ("name", "city", "country", "zone"))


def take_standing(session: Session, data: Mapping[str, Any], *, at: tuple[int, int]) -> bool:
    """This space's own standing. Returns whether it is another than before."""
    own = queries.require_identity(session)
    if data["space"] != own.slug or not is_newer(held=(own.standing_epoch, own.standing_rev), arrived=at):
        return False
    changed = bool(data["state"] != own.state)
    own.standing_epoch, own.standing_rev = at
    own.state, own.state_reason = data["state"], data["reason"]
    for name, value in data["limits"].items():
        setattr(own, name, value)
    return changed


def take_availability(session: Session, data: Mapping[str, Any], *, at: tuple[int, int], now: dt.datetime) -> None:
    """What a twin has free on a day."""
    key = (data["host"], data["on"])
    held = session.get(MirrorAvailability, key)
    if held is None:
        held = MirrorAvailability(host=key[0], on=key[1], epoch=0, rev=0)
        session.add(held)
    if is_newer(held=(held.epoch, held.rev), arrived=at):
        for name in AvailabilityEntry().fields:
            setattr(held, name, data[name])
        held.as_of, (held.epoch, held.rev) = now, at
    session.flush()


def want_key_list(session: Session, seq: int) -> None:
    """A newer key list is there to fetch."""
    held = key_list_copy(session)
    held.wanted_seq = max(held.wanted_seq, seq)


def want_status_list(session: Session, space: str, rev: int) -> None:
    """A newer status list of a twin is there to fetch."""
    held = status_list_copy(session, space)
    held.wanted_rev = max(held.wanted_rev, rev)


def key_list_copy(session: Session) -> KeyListCopy:
    """The row of the key list; the first migration made it."""
    return session.get_one(KeyListCopy, THE_ONE)


def status_list_copy(session: Session, space: str) -> StatusListCopy:
    """The row of a twin's status list, made when there is none."""
    held = session.get(StatusListCopy, space)
    if held is None:
        held = StatusListCopy(space=space, rev=0, wanted_rev=0)
        session.add(held)
        session.flush()
    return held


def enter_epoch(session: Session, epoch: int) -> None:
    """The hub lives on in this epoch: its answers to commands count in it."""
    own = queries.require_identity(session)
    own.epoch = max(own.epoch, epoch)


def forget_past_days(session: Session, now: dt.datetime) -> int:
    """Delete what twins had free on days long past; returns how many rows went."""
    past = delete(MirrorAvailability).where(MirrorAvailability.on < (now - AVAILABILITY_KEPT).date())
    return len(session.scalars(past.returning(MirrorAvailability.host)).all())


def _space(session: Session, slug: str) -> MirrorSpace:
    held = session.get(MirrorSpace, slug)
    if held is None:
        held = MirrorSpace(slug=slug, epoch=0, rev=0, profile_epoch=0, profile_rev=0)
        session.add(held)
        session.flush()
    return held
