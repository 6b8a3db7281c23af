"""Proposing and agreeing: the terms are signed here, sent through the outbox, and in force once both signatures are back."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from shared.keys import jws
from shared.protocol.twinnings import Consent, Proposal, Terms
from shared.protocol.version import BASE_PATH
from shared.schemas import load
from space_node.config import Node
from space_node.db import Outbox
from space_node.network.errors import NoOpenProposal, PartnerUnknown, ProposalPending
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service

TYP = "twinning-terms+jwt"


@dataclass(frozen=True)
class Wanted:
    """What one side proposes. Amounts are 1/100 credit; both offers have the same seats, days and limit."""

    our_price_credits: int
    their_price_credits: int
    our_half_credits: int
    their_half_credits: int
    set_aside_seats: int
    days_a_month: int
    pair_limit_credits: int
    cancellation: tuple[tuple[int, int], ...]
    no_show_percent: int
    valid_from: dt.date
    valid_until: dt.date | None = None


def propose(session: Session, node: Node, *, partner: str, wanted: Wanted, now: dt.datetime) -> Outbox:
    """Sign terms and send them; the partner agrees by signing the same.

    Raises PartnerUnknown, ProposalPending, ClockWrong, NotJoined, or Invalid for terms that the wire does not allow.
    """
    uplink_service.require_clock(session)
    own = uplink.own_slug(session)
    root = None if partner == own else uplink.root_thumbprint_of(session, partner)
    if root is None:
        raise PartnerUnknown(space=partner)
    draft = uplink_service.draft(session, partner, now=now)
    if draft is None:
        raise ProposalPending(space=partner)
    payload = {
        "twinning_id": draft.twinning_id,
        "version": draft.version,
        "prev_hash": draft.prev_hash,
        "spaces": sorted((own, partner)),
        "root_thumbprints": {own: node.root_thumbprint, partner: root},
        "proposer": own,
        **_written(wanted, own=own, partner=partner),
    }
    load(Terms, payload)
    document = jws.sign(payload, key=node.ring.active("signing", now), typ=TYP)
    return _send(session, "terms-proposal", "PUT", draft, "", Proposal().dump({"terms": document}), now=now)


def agree(session: Session, node: Node, *, partner: str, now: dt.datetime) -> Outbox:
    """Sign the partner's open proposal, as it is, and send that.

    Raises NoOpenProposal, TermsNotBelieved, ClockWrong or NotJoined.
    """
    uplink_service.require_clock(session)
    found = uplink_service.open_proposal(session, node, partner, now=now)
    if found is None:
        raise NoOpenProposal(space=partner)
    draft, payload = found
    document = jws.sign_bytes(payload, key=node.ring.active("signing", now), typ=TYP)
    return _send(session, "terms-consent", "POST", draft, "/consent", Consent().dump({"terms": document}), now=now)


def _send(
    session: Session, kind: str, method: str, draft: uplink_service.Draft, action: str, body: dict[str, Any], *, now: dt.datetime
) -> Outbox:
    path = f"{BASE_PATH}/twinnings/{draft.twinning_id}/versions/{draft.version}{action}"
    subject = f"twinning/{draft.twinning_id}"
    return uplink_service.send(session, kind=kind, method=method, path=path, body=body, subject=subject, now=now)


def _written(wanted: Wanted, *, own: str, partner: str) -> dict[str, Any]:
    prices = {
        own: (wanted.our_price_credits, wanted.our_half_credits),
        partner: (wanted.their_price_credits, wanted.their_half_credits),
    }
    return {
        "offers": [
            {
                "host": host,
                "price_day_credits": day,
                "price_half_credits": half,
                "set_aside_seats": wanted.set_aside_seats,
                "days_a_month": wanted.days_a_month,
                "pair_limit_credits": wanted.pair_limit_credits,
            }
            for host, (day, half) in sorted(prices.items())
        ],
        "cancellation": [{"hours_before": hours, "charge_percent": percent} for hours, percent in wanted.cancellation],
        "no_show_percent": wanted.no_show_percent,
        "valid_from": wanted.valid_from.isoformat(),
        "valid_until": wanted.valid_until and wanted.valid_until.isoformat(),
    }
