"""Agreements with partners: what the hub says of one is believed only as far as both sides have signed it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.errors import Refusal
from shared.ids import new_id, sha256_hex
from shared.keys import b64, jws
from shared.keys.errors import SignatureInvalid
from shared.protocol.states import TwinningState
from shared.protocol.twinnings import Terms
from shared.revs import is_newer
from shared.schemas import load
from space_node.config import Node
from space_node.uplink import queries
from space_node.uplink.errors import TermsNotBelieved
from space_node.uplink.models import MirrorTwinning, PinnedRoot

TYP = "twinning-terms+jwt"
ACTIVE = ("active_version", "active_proposal", "active_consent")


@dataclass(frozen=True)
class Draft:
    """What a new version of an agreement begins with."""

    twinning_id: str
    version: int
    prev_hash: str | None


def draft(session: Session, partner: str, *, now: dt.datetime) -> Draft | None:
    """Begin the next version of the agreement with a partner; None while an earlier one of ours has no answer yet."""
    row = _latest(session, partner)
    if row is None:
        row = MirrorTwinning(
            id=new_id(now), partner=partner, state=TwinningState.PROPOSED, epoch=0, rev=0, version=0, sent_version=0, as_of=now
        )
        session.add(row)
    elif row.sent_version > row.version:
        return None
    row.sent_version, row.fault = row.version + 1, None
    session.flush()
    return Draft(row.id, row.sent_version, _payload_sha256(row.proposal))


def open_proposal(session: Session, node: Node, partner: str, *, now: dt.datetime) -> tuple[Draft, bytes] | None:
    """The partner's newest proposal that waits for our signature, and the bytes to sign; None where there is none.

    Raises TermsNotBelieved for one that the partner did not sign, or that is not about us two.
    """
    row = next((row for row in _living(session, partner) if row.proposer == partner), None)
    if row is None or row.proposal is None:
        return None
    signed = _signed_terms(session, node, row, row.proposal, row.version, signer=partner, now=now)
    return Draft(row.id, row.version, None), signed.payload_bytes


def take_twinning(session: Session, node: Node, data: Mapping[str, Any], *, at: tuple[int, int], now: dt.datetime) -> None:
    """The agreement as the hub holds it; its terms are believed only once both signatures hold."""
    own = queries.own_slug(session)
    if own not in data["spaces"]:
        raise TermsNotBelieved(reason="other-spaces")
    # Answers and news come on two ways: the row is locked while the two are compared.
    row = session.get(MirrorTwinning, data["twinning_id"], with_for_update=True, populate_existing=True)
    if row is None:
        partner = next((slug for slug in data["spaces"] if slug != own), own)
        row = MirrorTwinning(id=data["twinning_id"], partner=partner, epoch=0, rev=0, version=0, sent_version=0)
        session.add(row)
    elif not is_newer(held=(row.epoch, row.rev), arrived=at):
        return
    proven = row.terms is not None and all(getattr(row, name) == data[name] for name in ACTIVE)
    (row.epoch, row.rev), row.as_of = at, now
    for name in ("state", "version", "proposal", "activated_at", *ACTIVE):
        setattr(row, name, data[name])
    row.sent_version = max(row.sent_version, row.version)
    row.proposer, row.offered = _open_offer(row)
    if not proven:
        verify(session, node, row, now=now)
    session.flush()


def verify(session: Session, node: Node, row: MirrorTwinning, *, now: dt.datetime) -> bool:
    """Check the active terms by both signatures; failing, there are none, whatever the hub says. Returns whether they hold."""
    row.terms, row.fault = None, None
    if row.active_version is None:
        return False
    try:
        row.terms = _proven(session, node, row, now=now)
    except TermsNotBelieved as refusal:
        row.fault = str(refusal.params["reason"])[:80]
        return False
    if session.get(PinnedRoot, row.partner) is None:
        thumbprint = row.terms["root_thumbprints"][row.partner]
        session.add(PinnedRoot(space=row.partner, thumbprint=thumbprint, pinned_at=now))
    session.flush()
    return True


def verify_doubted(session: Session, node: Node, *, now: dt.datetime) -> int:
    """Look again at agreements that could not be proven, for a newer key list may prove them. Returns how many hold now."""
    doubted = select(MirrorTwinning).where(MirrorTwinning.active_version.is_not(None), MirrorTwinning.terms.is_(None))
    return sum(verify(session, node, row, now=now) for row in session.scalars(doubted).all())


def terms_refused(session: Session, twinning_id: str, slug: str) -> None:
    """The hub refused what we signed: forget that it is on its way, and say why; an agreement that never began goes."""
    row = session.get(MirrorTwinning, twinning_id)
    if row is not None and row.rev == 0:
        session.delete(row)
    elif row is not None:
        row.sent_version, row.fault = row.version, slug[:80]


def _proven(session: Session, node: Node, row: MirrorTwinning, *, now: dt.datetime) -> dict[str, Any]:
    pair, version = {queries.own_slug(session), row.partner}, row.active_version or 0
    if row.active_proposal is None or row.active_consent is None:
        raise TermsNotBelieved(reason="unsigned")
    # Each side's document is checked with that side's keys alone: neither can sign for both.
    proposer = _claimed_proposer(row.active_proposal)
    if proposer not in pair:
        raise TermsNotBelieved(reason="other-proposer")
    (other,) = pair - {proposer}
    proposed = _signed_terms(session, node, row, row.active_proposal, version, signer=proposer, now=now)
    agreed = _signed_terms(session, node, row, row.active_consent, version, signer=other, now=now)
    if proposed.payload_sha256 != agreed.payload_sha256:
        raise TermsNotBelieved(reason="two-payloads")
    return proposed.payload


def _signed_terms(
    session: Session, node: Node, row: MirrorTwinning, document: str, version: int, *, signer: str, now: dt.datetime
) -> jws.Signed:
    """The document, signed by this side over a payload about this agreement. Raises TermsNotBelieved."""
    own, root = queries.own_slug(session), queries.root_thumbprint_of(session, row.partner)
    if root is None:
        raise TermsNotBelieved(reason="keys-unknown")
    ours = {key.kid: key.key for key in node.ring.public("signing")}
    keys = ours if signer == own else queries.keys_of(session, signer, "signing", now)
    try:
        signed = jws.verify(document, keys=keys, typ=TYP)
        payload = load(Terms, signed.payload)
    except SignatureInvalid as fault:
        raise TermsNotBelieved(reason=f"signature-{fault.params['reason']}") from None
    except Refusal as fault:
        raise TermsNotBelieved(reason=fault.slug) from None
    if not _is_about(payload, row, version, own=own):
        raise TermsNotBelieved(reason="other-terms")
    if payload["root_thumbprints"] != {own: node.root_thumbprint, row.partner: root}:
        raise TermsNotBelieved(reason="other-root")
    return signed


def _is_about(payload: Mapping[str, Any], row: MirrorTwinning, version: int, *, own: str) -> bool:
    pair = sorted((own, row.partner))
    return (
        (payload["twinning_id"], payload["version"], payload["spaces"]) == (row.id, version, pair)
        and payload["proposer"] in pair
        and sorted(offer["host"] for offer in payload["offers"]) == pair
    )


def _living(session: Session, partner: str) -> list[MirrorTwinning]:
    wanted = select(MirrorTwinning).where(MirrorTwinning.partner == partner, MirrorTwinning.state != TwinningState.ENDED)
    return list(session.scalars(wanted.order_by(MirrorTwinning.id.desc())))


def _latest(session: Session, partner: str) -> MirrorTwinning | None:
    """The agreement that a new proposal continues: the one in force, else the newest."""
    rows = _living(session, partner)
    return next((row for row in rows if row.state == TwinningState.ACTIVE), rows[0] if rows else None)


def _open_offer(row: MirrorTwinning) -> tuple[str | None, dict[str, Any] | None]:
    """Who has proposed the newest version, and what, as far as it can be read; nothing once it is agreed to."""
    if row.proposal is None or row.version == row.active_version:
        return None, None
    try:
        payload = jws.read_unverified(row.proposal, typ=TYP)
        load(Terms, payload)
    except Refusal:
        return None, None
    return str(payload["proposer"]), payload


def _claimed_proposer(document: str) -> str:
    try:
        return str(jws.read_unverified(document, typ=TYP).get("proposer"))
    except SignatureInvalid:
        return ""


def _payload_sha256(document: str | None) -> str | None:
    return None if document is None else sha256_hex(b64.decode(document.split(".")[1]))
