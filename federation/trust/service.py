"""Writes of trust: key sets, the signed key list, status lists, passport refs, used assertions (DESIGN §6, §7)."""

import datetime as dt
from typing import Any

from joserfc.jwk import ECKey
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from federation.config import Hub
from federation.db import Base, publish
from federation.spaces import queries as spaces
from federation.spaces import service as spaces_service
from federation.spaces.errors import ApplicationInvalid
from federation.trust import queries, rules
from federation.trust.errors import IdentityMismatch, RefConflict, RootKeyMismatch
from federation.trust.models import HEAD_ID, KeyListHead, KeyListIssue, KeySet, PassportRef, StatusListCopy, UsedAssertion
from shared.constraints import refused
from shared.errors import within
from shared.ids import sha256_hex
from shared.keys import jwk, jws, key_list, status_list
from shared.keys.errors import KeySetInvalid, StatusListInvalid
from shared.keys.key_set import KeySetDocument, read_key_set
from shared.loader import dump_json
from shared.marking import N_
from shared.protocol.spaces import ApplicationPayload
from shared.protocol.states import SpaceState
from shared.revs import Arrival, arrival
from shared.schemas import load

KEY_LIST = "key-list"
APPLICATION_TYP = "application+jwt"


def use_assertion_once(session: Session, *, client_id: str, jti: str, expires_at: dt.datetime) -> bool:
    """Keep an assertion's id; False when it has been used before, also by a request at the same moment."""
    try:
        with session.begin_nested():
            session.add(UsedAssertion(client_id=client_id, jti=jti, expires_at=expires_at))
            session.flush()
    except IntegrityError:
        return False
    return True


def forget_expired(session: Session, *, now: dt.datetime) -> int:
    """Delete used assertions and passport refs that can no longer matter; returns how many."""
    assertions = session.execute(delete(UsedAssertion).where(UsedAssertion.expires_at < now).returning(UsedAssertion.jti))
    refs = session.execute(delete(PassportRef).where(PassportRef.expires_at < now - rules.REF_KEPT).returning(PassportRef.ref))
    return len(assertions.all()) + len(refs.all())


def forget_refs(session: Session, *, home: str, guest: str) -> None:
    """Forget which passports are a member's."""
    session.execute(delete(PassportRef).where(PassportRef.home == home, PassportRef.guest == guest))


def join(session: Session, *, body: dict[str, str], hub: Hub, now: dt.datetime) -> tuple[spaces.Space, str]:
    """Check what the new root key signed, take the space in, keep its keys and issue the key list anew.

    Raises SignatureInvalid, KeyInvalid, KeySetInvalid, ApplicationInvalid, Invalid, or what `spaces.service.apply` raises.
    """
    with within("application"):
        sha256, payload, document = _read_application(body["application"], hub)
    claim = spaces_service.Claim(
        invite_token=body["invite"],
        sha256=sha256,
        root_thumbprint=document.root_thumbprint,
        space=document.slug,
        **{name: payload[name] for name in ("profile", "contact_email", "charter_version", "charter_sha256", "accepted_by")},
    )
    space, application_id = spaces_service.apply(
        session, claim=claim, charter=hub.charter, probation=hub.settings.probation_limits, now=now
    )
    if queries.key_set(session, space.slug) is None:  # a node that applies again may have signed its keys anew
        set_key_set(session, space=space.slug, rev=document.rev, document=document.token, now=now)
        publish_key_list(session, key=hub.ring.active("signing", now), now=now)
    return space, application_id


def set_key_set(session: Session, *, space: str, rev: int, document: str, now: dt.datetime) -> int:
    """Keep a space's key set, signed by the root key it joined with; returns the rev held.

    Raises KeySetInvalid, IdentityMismatch, RootKeyMismatch or RevConflict.
    """
    owner = spaces.lock(session, space)
    with within("key_set"):
        read = read_key_set(document)
        if read.slug != space:
            raise IdentityMismatch(caller=space)
        if read.root_thumbprint != owner.root_thumbprint:
            raise RootKeyMismatch
        if read.rev != rev:
            raise KeySetInvalid(reason="other-rev")
    held = session.get(KeySet, space)
    held_rev, held_sha256 = (held.rev, held.sha256) if held else (0, None)
    if arrival(held_rev=held_rev, held_sha256=held_sha256, rev=rev, sha256=read.payload_sha256) is Arrival.CHANGES_NOTHING:
        return held_rev
    if held is None:
        held = KeySet(space=space)
        session.add(held)
    held.rev, held.document, held.sha256, held.received_at = rev, document, read.payload_sha256, now
    session.flush()
    return rev


def publish_key_list(session: Session, *, key: ECKey, now: dt.datetime) -> int | None:
    """Issue the key list anew if a key set or a standing has changed since the last issue; returns the new number."""
    head = session.get_one(KeyListHead, HEAD_ID, with_for_update=True, populate_existing=True)
    states, sets = spaces.states(session), queries.all_key_sets(session)
    # Of who has left no key is good any more.
    here = {slug: key_set for slug, key_set in sets.items() if states[slug] != SpaceState.LEFT}
    entries = [key_list.SpaceEntry(slug=slug, state=str(states[slug]), key_set=key_set) for slug, key_set in here.items()]
    content = sha256_hex(dump_json([[entry.slug, entry.state, entry.key_set.payload_sha256] for entry in entries]))
    newest = queries.newest_key_list(session)
    if newest is not None and newest.content_sha256 == content:
        return None
    head.seq += 1
    _issue(session, entries, seq=head.seq, content_sha256=content, key=key, now=now)
    data, subject = {"seq": head.seq}, KEY_LIST
    publish(session, to=["*"], type="key-list.updated", subject=subject, rev=head.seq, data=data, now=now, coalesce=True)
    return head.seq


def set_status_list(session: Session, *, space: str, rev: int, document: str, twins: list[str], now: dt.datetime) -> int:
    """Mirror a home's status list and tell its twins; returns the rev held.

    Raises StatusListInvalid, SignatureInvalid or RevConflict.
    """
    spaces.lock(session, space)
    with within("status_list"):
        read = status_list.read(document, queries.keys_for(session, space, "passport", now), space)
        if read.rev != rev:
            raise StatusListInvalid(reason="other-rev")
    held = session.get(StatusListCopy, space)
    held_rev, held_sha256 = (held.rev, held.sha256) if held else (0, None)
    sha256 = sha256_hex(read.deflated())
    if arrival(held_rev=held_rev, held_sha256=held_sha256, rev=rev, sha256=sha256) is Arrival.CHANGES_NOTHING:
        return held_rev
    if held is None:
        held = StatusListCopy(space=space)
        session.add(held)
    held.rev, held.document, held.sha256, held.received_at = rev, document, sha256, now
    session.flush()
    publish_status_list(session, space, to=twins, now=now)
    return rev


def publish_status_list(session: Session, space: str, *, to: list[str], now: dt.datetime) -> None:
    """Tell twins that a status list is there to fetch."""
    held = session.get(StatusListCopy, space)
    if held is not None and to:
        data = {"space": space, "rev": held.rev, "vouched_at": now}
        subject = f"status-list/{space}"
        publish(session, to=to, type="status-list.updated", subject=subject, rev=held.rev, data=data, now=now, coalesce=True)


def set_passport_ref(
    session: Session,
    *,
    home: str,
    ref: str,
    guest: str,
    expires_at: dt.datetime,
    status_index: int,
    booking_id: str | None,
    body_sha256: str,
    now: dt.datetime,
) -> None:
    """Keep which wallet stands behind a passport; of a member's general passports the newest two stay good.

    A home that was restored from a backup signs a visit pass anew, under the same ref. Raises RefConflict for another guest or
    booking, and for a ref that another home has announced.
    """
    spaces.lock(session, home)
    held = session.get(PassportRef, ref)
    if held is not None:
        if (held.home, held.guest, held.booking_id) != (home, guest, booking_id):
            raise RefConflict
        held.expires_at, held.status_index, held.body_sha256 = expires_at, status_index, body_sha256
        return
    row = PassportRef(ref=ref, home=home, guest=guest, expires_at=expires_at, status_index=status_index)
    row.booking_id, row.body_sha256 = booking_id, body_sha256
    with refused(session, Base.metadata, {"pk_passport_refs": RefConflict}):
        session.add(row)
    if booking_id is None:
        for older in queries.live_refs(session, home=home, guest=guest, but=ref, now=now)[rules.LIVE_REFS_MAX - 1 :]:
            older.expires_at = now
        session.flush()


def _read_application(document: str, hub: Hub) -> tuple[str, dict[str, Any], KeySetDocument]:
    """The hash and the payload of what a new root key signed, and the key set in it."""
    claimed = jws.read_unverified(document, typ=APPLICATION_TYP)
    with within("root_key"):
        root = jwk.read_public(claimed.get("root_key"))
    signed = jws.verify(document, keys={jwk.kid_of(root): root}, typ=APPLICATION_TYP)
    payload = load(ApplicationPayload, signed.payload)
    if payload["hub"] != hub.settings.issuer:
        raise ApplicationInvalid(errors=[{"pointer": "/hub", "detail": N_("This application is meant for another hub.")}])
    with within("key_set"):
        return signed.payload_sha256, payload, read_key_set(payload["key_set"], pinned_root=jwk.kid_of(root))


def _issue(
    session: Session, entries: list[key_list.SpaceEntry], *, seq: int, content_sha256: str, key: ECKey, now: dt.datetime
) -> None:
    newest_first = select(KeyListIssue.sha256).order_by(KeyListIssue.seq.desc()).limit(key_list.MAX_EARLIER + 1)
    hashes = list(session.scalars(newest_first))
    prev_hash = hashes[0] if hashes else None
    token = key_list.build(entries, seq=seq, prev_hash=prev_hash, key=key, now=now, earlier_hashes=hashes[1:])
    sha256 = key_list.read(token, hub_keys={str(key.kid): key}).payload_sha256
    session.add(KeyListIssue(seq=seq, document=token, sha256=sha256, content_sha256=content_sha256, issued_at=now))
    session.flush()
