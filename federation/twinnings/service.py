"""Writes about agreements: proposed by one, the same terms signed by the other, activated in that transaction (DESIGN §6)."""

import datetime as dt
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
from federation.twinnings.errors import AlreadyTwinned, NothingToAgree, TermsInvalid, TwinUnknown, VersionConflict
from federation.twinnings.models import Twinning, TwinningVersion
from shared.constraints import refused
from shared.keys import jws
from shared.protocol.states import TwinningState
from shared.protocol.twinnings import Terms
from shared.schemas import load


def propose(
    session: Session, *, caller: str, twinning_id: str, version: int, document: str, now: dt.datetime
) -> Twinning:
    """Keep a proposal. The same payload again changes nothing; a rival one loses.

    Raises TermsInvalid, TwinUnknown, TwinningUnknown, VersionConflict, SignatureInvalid or IdentityMismatch.
    """
    signed = jws.verify(document, keys=trust.keys_for(session, caller, "signing", now), typ=queries.TERMS_TYP)
    payload = load(Terms, signed.payload)
    if payload["proposer"] != caller:
        raise IdentityMismatch(caller=caller)
    twinning = session.get(Twinning, twinning_id, with_for_update=True)
    if twinning is not None:
        queries.mine(session, twinning_id=twinning_id, space=caller)
    held = session.get(TwinningVersion, (twinning_id, version))
    if twinning is not None and held is not None:
        if (held.proposer, held.payload_sha256) == (caller, signed.payload_sha256):
            return twinning
        raise VersionConflict(version=version, winner=held.proposal)
    _check_terms(session, payload, caller=caller, twinning=twinning, twinning_id=twinning_id, version=version)
    twinning = twinning or _open(session, twinning_id, payload["spaces"])
    session.add(
        TwinningVersion(
            twinning_id=twinning_id,
            version=version,
            proposer=caller,
            payload_sha256=signed.payload_sha256,
            proposal=document,
            proposed_at=now,
        )
    )
    twinning.latest_version = version
    _tell(session, twinning, now=now)
    return twinning


def consent(
    session: Session, *, caller: str, twinning_id: str, version: int, document: str, now: dt.datetime
) -> Twinning:
    """Take the other side's signature over the same payload, and activate. The same consent again changes nothing.

    Raises NothingToAgree, AlreadyTwinned, SignatureInvalid or TwinningUnknown.
    """
    twinning = session.get(Twinning, twinning_id, with_for_update=True)
    queries.mine(session, twinning_id=twinning_id, space=caller)
    held = session.get(TwinningVersion, (twinning_id, version))
    signed = jws.verify(document, keys=trust.keys_for(session, caller, "signing", now), typ=queries.TERMS_TYP)
    fits = held is not None and held.proposer != caller and held.payload_sha256 == signed.payload_sha256
    if twinning is None or held is None or not fits:
        raise NothingToAgree(version=version)
    if held.consent is not None:
        return twinning
    if twinning.latest_version != version:
        raise NothingToAgree(version=version)
    held.consent, held.agreed_at = document, now
    _activate(session, twinning, version, actor=caller, now=now)
    return twinning


def _open(session: Session, twinning_id: str, pair: list[str]) -> Twinning:
    first, second = sorted(pair)
    twinning = Twinning(
        id=twinning_id, first=first, second=second, state=TwinningState.PROPOSED, rev=0, latest_version=0
    )
    session.add(twinning)
    return twinning


def _check_terms(
    session: Session, payload: dict[str, Any], *, caller: str, twinning: Twinning | None, twinning_id: str, version: int
) -> None:
    other = next((slug for slug in payload["spaces"] if slug != caller), caller)
    if other != caller and not spaces.is_live(session, other):
        raise TwinUnknown(space=other)
    previous = session.get(TwinningVersion, (twinning_id, version - 1))
    follows = version == (rules.FIRST_VERSION if twinning is None else twinning.latest_version + 1)
    expected = rules.Expected(
        twinning_id=twinning_id,
        version=version if follows else (twinning.latest_version + 1 if twinning else rules.FIRST_VERSION),
        proposer=caller,
        prev_hash=previous.payload_sha256 if previous else None,
        thumbprints={slug: getattr(spaces.space(session, slug), "root_thumbprint", None) for slug in payload["spaces"]},
    )
    faults = rules.term_faults(payload, expected)
    if twinning is not None and payload["spaces"] != [twinning.first, twinning.second]:
        faults.append({"pointer": "/spaces", "detail": "A twinning keeps its two spaces."})
    if faults:
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
