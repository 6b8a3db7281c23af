"""Writes about agreements: proposed by one, the same terms signed by the other, activated in that transaction (DESIGN §6)."""

import datetime as dt
from contextlib import suppress
from typing import Any

from sqlalchemy.orm import Session

from federation.db import Base, publish
from federation.operators.service import audit
from federation.spaces import queries as spaces
from federation.spaces import service as spaces_service
from federation.trust import queries as trust
from federation.trust import service as trust_service
from federation.trust.errors import IdentityMismatch
from federation.twinnings import queries, rules
from federation.twinnings.errors import (
    AlreadyTwinned,
    NothingToAgree,
    TermsInvalid,
    TwinningUnknown,
    TwinUnknown,
    VersionConflict,
)
from federation.twinnings.models import Twinning, TwinningVersion
from shared.constraints import refused
from shared.errors import within
from shared.keys import jws
from shared.protocol.states import TwinningState
from shared.protocol.twinnings import Terms
from shared.schemas import load


def propose(session: Session, *, caller: str, twinning_id: str, version: int, document: str, now: dt.datetime) -> Twinning:
    """Keep a proposal. The same payload again changes nothing; a rival one loses.

    Raises TermsInvalid, TwinUnknown, TwinningUnknown, VersionConflict, AlreadyTwinned, SignatureInvalid, IdentityMismatch.
    """
    with within("terms"):
        signed = jws.verify(document, keys=trust.keys_for(session, caller, "signing", now), typ=queries.TERMS_TYP)
        payload = load(Terms, signed.payload)
        if payload["proposer"] != caller:
            raise IdentityMismatch(caller=caller)
        _check_pair(session, payload["spaces"], caller)
    twinning = _open(session, twinning_id, payload["spaces"])
    if caller not in (twinning.first, twinning.second):
        raise TwinningUnknown
    held = session.get(TwinningVersion, (twinning_id, version))
    if held is not None:
        if (held.proposer, held.payload_sha256) == (caller, signed.payload_sha256):
            return twinning
        raise VersionConflict(version=version, winner=held.proposal)
    with within("terms"):
        _check_terms(session, payload, twinning=twinning, version=version)
    active = queries.active_between(session, twinning.first, twinning.second)
    if active is not None and active.twinning_id != twinning_id:
        raise AlreadyTwinned
    kept = TwinningVersion(twinning_id=twinning_id, version=version, proposer=caller, proposal=document, proposed_at=now)
    kept.payload_sha256, twinning.latest_version = signed.payload_sha256, version
    session.add(kept)
    _tell(session, twinning, now=now)
    return twinning


def consent(session: Session, *, caller: str, twinning_id: str, version: int, document: str, now: dt.datetime) -> Twinning:
    """Take the other side's signature over the same payload, and activate. The same consent again changes nothing.

    Raises NothingToAgree, AlreadyTwinned, TwinUnknown, SignatureInvalid or TwinningUnknown.
    """
    twinning = queries.mine(session, twinning_id=twinning_id, space=caller, lock=True)
    held = session.get(TwinningVersion, (twinning_id, version))
    with within("terms"):
        signed = jws.verify(document, keys=trust.keys_for(session, caller, "signing", now), typ=queries.TERMS_TYP)
        if held is None or held.proposer == caller or held.payload_sha256 != signed.payload_sha256:
            raise NothingToAgree(version=version)
    if held.consent is not None:
        return twinning
    if twinning.latest_version != version:
        raise NothingToAgree(version=version)
    if not spaces.is_live(session, held.proposer):
        raise TwinUnknown(space=held.proposer)
    held.consent, held.agreed_at = document, now
    _activate(session, twinning, version, actor=caller, now=now)
    return twinning


def end_all(session: Session, slug: str, *, actor: str, now: dt.datetime) -> None:
    """End every agreement of a space that leaves; its terms stay, for the stays that were made under them."""
    for twinning in queries.of_space(session, slug):
        if twinning.state != TwinningState.ENDED:
            twinning.state, twinning.active_pair = TwinningState.ENDED, None
            audit(session, actor=actor, action="twinning.ended", subject=twinning.id, detail={}, now=now)
            _tell(session, twinning, now=now)


def _check_pair(session: Session, pair: list[str], caller: str) -> None:
    if faults := rules.pair_faults(pair, caller):
        raise TermsInvalid(errors=faults)
    for slug in pair:
        if not spaces.is_live(session, slug):
            raise TwinUnknown(space=slug)


def _open(session: Session, twinning_id: str, pair: list[str]) -> Twinning:
    """The agreement, locked, and made if there is none; of two who make it at once, the later finds the earlier's."""
    if session.get(Twinning, twinning_id) is None:
        first, second = pair
        new = Twinning(id=twinning_id, first=first, second=second, state=TwinningState.PROPOSED, rev=0, latest_version=0)
        with suppress(TwinningUnknown), refused(session, Base.metadata, {"pk_twinnings": TwinningUnknown}):
            session.add(new)
    return session.get_one(Twinning, twinning_id, with_for_update=True, populate_existing=True)


def _check_terms(session: Session, payload: dict[str, Any], *, twinning: Twinning, version: int) -> None:
    previous = session.get(TwinningVersion, (twinning.id, twinning.latest_version))
    expected = rules.Expected(
        twinning_id=twinning.id,
        version=twinning.latest_version + 1,
        spaces=(twinning.first, twinning.second),
        prev_hash=previous.payload_sha256 if previous else None,
        thumbprints={slug: spaces.require(session, slug).root_thumbprint for slug in (twinning.first, twinning.second)},
    )
    if faults := rules.term_faults(payload, expected, version=version):
        raise TermsInvalid(errors=faults)


def _activate(session: Session, twinning: Twinning, version: int, *, actor: str, now: dt.datetime) -> None:
    with refused(session, Base.metadata, {"uq_twinnings_active_pair": AlreadyTwinned}):
        twinning.active_version, twinning.state, twinning.activated_at = version, TwinningState.ACTIVE, now
        twinning.active_pair = queries.pair_key(twinning.first, twinning.second)
    audit(session, actor=actor, action="twinning.activated", subject=twinning.id, detail={"version": version}, now=now)
    _tell(session, twinning, now=now)
    for slug, twin in ((twinning.first, twinning.second), (twinning.second, twinning.first)):
        spaces_service.publish_profile(session, spaces.require(session, slug), to=[twin], now=now)
        trust_service.publish_status_list(session, slug, to=[twin], now=now)


def _tell(session: Session, twinning: Twinning, *, now: dt.datetime) -> None:
    twinning.rev += 1
    session.flush()
    publish(
        session,
        to=[twinning.first, twinning.second],
        type="twinning.updated",
        subject=f"twinning/{twinning.id}",
        rev=twinning.rev,
        data=queries.entry(session, twinning),
        now=now,
    )
