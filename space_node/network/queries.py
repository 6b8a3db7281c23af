"""Reads for the manager: what is parked, how commands went, and how the node stands with its network."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared import paging
from shared.machine_session import SKEW_WARN_SECONDS
from shared.messaging.outbox import OutboxState
from space_node.db import Outbox, ParkedItem
from space_node.uplink import queries as uplink
from space_node.uplink.queries import MirrorSpace, MirrorTwinning

_NAME = func.coalesce(func.nullif(MirrorSpace.name, ""), MirrorTwinning.partner)
ORDERS: dict[str, paging.Order] = {
    "name": (),
    "city": (MirrorSpace.city,),
    "standing": (MirrorTwinning.state,),
    "newest": (MirrorTwinning.activated_at.desc().nulls_last(),),
}
_PARKED = select(Outbox).where(Outbox.state == OutboxState.PARKED)


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


def agreements_page(session: Session, *, search: str = "", sort: str = "name", number: int = 1) -> paging.Page[Agreement]:
    """One page of them; each word is in the partner's name or city."""
    own = uplink.identity(session)
    fitting = paging.having(search, MirrorTwinning.partner, MirrorSpace.name, MirrorSpace.city)
    wanted = select(MirrorTwinning).outerjoin(MirrorSpace, MirrorSpace.slug == MirrorTwinning.partner).where(*fitting)
    page = paging.page(session, wanted, *ORDERS[sort], _NAME, MirrorTwinning.id, number=number)
    return page.map(lambda row: _agreement(session, row, own.slug if own else ""))


def strangers_page(session: Session, *, search: str = "", number: int = 1) -> paging.Page[MirrorSpace]:
    """One page of the spaces that the network tells of and with which there is no agreement, by name."""
    own = uplink.identity(session)
    known = MirrorSpace.slug.in_(select(MirrorTwinning.partner)) | (MirrorSpace.slug == (own.slug if own else ""))
    fitting = paging.having(search, MirrorSpace.slug, MirrorSpace.name, MirrorSpace.city)
    wanted = select(MirrorSpace).where(MirrorSpace.state != "", ~known, *fitting)
    return paging.page(session, wanted, MirrorSpace.name, MirrorSpace.slug, number=number)


def slugs_like(session: Session, word: str) -> list[str]:
    """The spaces whose name or short name has this word, to search what is kept by short names."""
    return list(session.scalars(select(MirrorSpace.slug).where(*paging.having(word, MirrorSpace.slug, MirrorSpace.name))))


def agreements_with(session: Session, partner: str) -> list[Agreement]:
    """The agreements with one partner."""
    own = uplink.identity(session)
    rows = uplink.agreements(session, partner)
    return [] if own is None else [_agreement(session, row, own.slug) for row in rows]


def messages_page(session: Session, *, number: int = 1) -> paging.Page[Outbox]:
    """One page of the commands that the hub refused, oldest first."""
    return paging.page(session, _PARKED, Outbox.id, number=number)


def news_page(session: Session, *, number: int = 1) -> paging.Page[ParkedItem]:
    """One page of the news that could not be taken in, oldest first."""
    return paging.page(session, select(ParkedItem), ParkedItem.id, number=number)


def parked_messages(session: Session) -> Sequence[Outbox]:
    """The commands that the hub refused, oldest first."""
    return session.scalars(_PARKED.order_by(Outbox.id)).all()


def parked_news(session: Session) -> Sequence[ParkedItem]:
    """The news that could not be taken in, oldest first."""
    return session.scalars(select(ParkedItem).order_by(ParkedItem.id)).all()


def parked_message(session: Session, row_id: int) -> Outbox | None:
    """The command of this number, if it is parked now."""
    return session.scalar(_PARKED.where(Outbox.id == row_id).execution_options(populate_existing=True))


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
