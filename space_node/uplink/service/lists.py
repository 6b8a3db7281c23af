"""Keeping the key list and the twins' status lists: never going back, never one whose signature or chain does not hold."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from shared.keys import key_list
from shared.keys import status_list as status_lists
from shared.keys.errors import StatusListInvalid
from shared.keys.key_list import KeyList
from space_node.uplink import queries
from space_node.uplink.models import KeyListCopy, StatusListCopy
from space_node.uplink.queries import hub_signing_keys
from space_node.uplink.service.mirror import key_list_copy, status_list_copy


@dataclass(frozen=True)
class ListsDue:
    """What to fetch now."""

    key_list: bool
    status_lists: tuple[str, ...]


def lists_due(session: Session, *, every: dt.timedelta, now: dt.datetime) -> ListsDue:
    """The lists of which the hub has told a newer one, and those last asked for too long ago."""
    if queries.identity(session) is None:
        return ListsDue(False, ())
    keys, twins = session.get_one(KeyListCopy, 1), queries.partners(session)
    held = {slug: session.get(StatusListCopy, slug) for slug in twins}
    return ListsDue(
        key_list=keys.wanted_seq > keys.seq or _is_old(keys.asked_at, every, now),
        status_lists=tuple(
            slug for slug, row in held.items() if row is None or row.wanted_rev > row.rev or _is_old(row.asked_at, every, now)
        ),
    )


def store_key_list(session: Session, document: str, *, now: dt.datetime) -> KeyList:
    """Keep a list that the hub vouches for now. Raises KeyListInvalid or SignatureInvalid, which `note_fault` then keeps."""
    own, held = queries.require_identity(session), key_list_copy(session)
    found = key_list.read(
        document,
        hub_keys=hub_signing_keys(own.hub_key_set, own.hub_root_thumbprint),
        held_seq=held.seq,
        held_hash=held.payload_sha256,
        pinned_roots=queries.pinned_roots(session),
        new_epoch=held.epoch != own.epoch,
    )
    held.seq, held.payload_sha256, held.document, held.epoch = found.seq, found.payload_sha256, document, own.epoch
    held.vouched_at = held.asked_at = now
    held.wanted_seq, held.fault = max(held.wanted_seq, found.seq), None
    session.flush()
    return found


def store_status_list(session: Session, space: str, document: str, *, now: dt.datetime) -> None:
    """Keep a twin's list that the hub vouches for now, if the twin signed it and it does not go back.

    Raises StatusListInvalid or SignatureInvalid.
    """
    held = status_list_copy(session, space)
    found = status_lists.read(document, queries.keys_of(session, space, "passport", now), space)
    if found.rev < held.rev:
        raise StatusListInvalid(reason="goes-back")
    held.rev, held.document = found.rev, document
    held.vouched_at = held.asked_at = now
    held.wanted_rev, held.fault = max(held.wanted_rev, found.rev), None
    session.flush()


def note_fault(session: Session, space: str | None, reason: str, *, now: dt.datetime) -> None:
    """A list (of this twin, or the key list) could not be taken: keep why, and ask again when the timer says so."""
    if space is None:
        keys = key_list_copy(session)
        keys.fault, keys.asked_at, keys.wanted_seq = reason[:80], now, keys.seq
    else:
        held = status_list_copy(session, space)
        held.fault, held.asked_at, held.wanted_rev = reason[:80], now, held.rev


def _is_old(asked_at: dt.datetime | None, every: dt.timedelta, now: dt.datetime) -> bool:
    # A clock that was put back must not stop the asking.
    return asked_at is None or not dt.timedelta(0) <= now - asked_at < every
