"""Reads for the manager: what is parked, how commands went, and how the node stands with its network."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.machine_session import SKEW_WARN_SECONDS
from shared.messaging.outbox import OutboxState
from space_node.db import Outbox, ParkedItem
from space_node.uplink import queries as uplink


@dataclass(frozen=True)
class Agreement:
    """One agreement as the manager sees it; `terms` are those in force, `waits_for_us` says that we may sign."""

    twinning_id: str
    partner: str
    name: str
    state: str
    version: int
    active_version: int | None
    terms: uplink.MirrorTerms | None
    offered: uplink.MirrorTerms | None
    waits_for_us: bool
    waits_for_them: bool
    on_its_way: bool
    fault: str | None
    as_of: dt.datetime


def agreements(session: Session) -> list[Agreement]:
    """All agreements of this space, by the partner's slug."""
    own = uplink.identity(session)
    return [] if own is None else [_agreement(session, row, own.slug) for row in uplink.agreements(session)]


def parked_messages(session: Session) -> Sequence[Outbox]:
    """The commands that the hub refused, oldest first."""
    return session.scalars(select(Outbox).where(Outbox.state == OutboxState.PARKED).order_by(Outbox.id)).all()


def parked_news(session: Session) -> Sequence[ParkedItem]:
    """The news that could not be taken in, oldest first."""
    return session.scalars(select(ParkedItem).order_by(ParkedItem.id)).all()


def last_sent(session: Session, subject: str) -> Outbox | None:
    """The newest command about something."""
    return session.scalar(select(Outbox).where(Outbox.subject == subject).order_by(Outbox.id.desc()).limit(1))


def status(session: Session, now: dt.datetime) -> dict[str, Any]:
    """How this node stands with its network, as JSON has it."""
    own, contact = uplink.identity(session), uplink.hub_contact(session)
    age = uplink.key_list_age(session, now)
    return {
        "joined": own is not None and own.joined_at is not None,
        "space": own and own.slug,
        "hub": own and own.hub,
        "network": own and own.network,
        "state": own and str(own.state),
        "state_reason": own and own.state_reason,
        "root_thumbprint_of_hub": own and own.hub_root_thumbprint,
        "epoch": own and own.epoch,
        "twins": uplink.partners(session),
        "last_ok_at": _text(contact.last_ok_at),
        "last_fault": contact.last_fault,
        "skew_seconds": contact.skew_seconds,
        "clock_warning": abs(contact.skew_seconds or 0) > SKEW_WARN_SECONDS,
        "waiting_count": contact.waiting_count,
        "held_count": contact.held_count,
        "parked_count": contact.parked_count,
        "oldest_waiting_at": _text(contact.oldest_waiting_at),
        "key_list_age_seconds": None if age is None else int(age.total_seconds()),
    }


def _agreement(session: Session, row: Any, own: str) -> Agreement:
    partner = uplink.space(session, row.partner)
    return Agreement(
        twinning_id=row.id,
        partner=row.partner,
        name=partner.name if partner and partner.name else row.partner,
        state=str(row.state),
        version=row.version,
        active_version=row.active_version,
        terms=uplink.read_payload(row.terms) if row.terms else None,
        offered=uplink.read_payload(row.offered) if row.offered else None,
        waits_for_us=row.proposer == row.partner,
        waits_for_them=row.proposer == own,
        on_its_way=row.sent_version > row.version,
        fault=row.fault,
        as_of=row.as_of,
    )


def _text(at: dt.datetime | None) -> str | None:
    return None if at is None else at.isoformat()
