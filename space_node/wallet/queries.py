"""Reads about credits of our members, from what the hub last told."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from space_node.uplink import queries as uplink
from space_node.wallet import rules
from space_node.wallet.models import Grant, GrantState, WalletMirror
from space_node.wallet.rules import Gift, LotView


@dataclass(frozen=True)
class Balance:
    """What a member has, and since when that is known."""

    available_credits: int
    held_credits: int
    lots: list[LotView]
    as_of: dt.datetime | None


def balance(session: Session, guest: str, on: dt.date) -> Balance:
    """What can pay for a visit on that day."""
    held = session.get(WalletMirror, guest)
    lots = rules.view(held.lots) if held else []
    as_of = held.as_of if held and held.rev else None
    return Balance(rules.available(lots, on), sum(lot.held for lot in lots), lots, as_of)


def issuer_names(session: Session, lots: Iterable[LotView]) -> dict[str, str]:
    """What the issuers of some lots are called, by slug."""
    known = (uplink.space(session, slug) for slug in {lot.issuer for lot in lots})
    return {space.slug: space.name for space in known if space is not None and space.name}


def available(session: Session, guest: str, on: dt.date) -> int:
    """What can pay for a visit on that day, in 1/100 credit."""
    return balance(session, guest, on).available_credits


def given_out(session: Session) -> int:
    """What this space has granted and the hub has taken in, in 1/100 credit."""
    return session.scalar(select(func.coalesce(func.sum(Grant.credits), 0)).where(Grant.state == GrantState.GRANTED)) or 0


def grants_waiting(session: Session) -> int:
    """How many grants the hub has not answered yet."""
    return session.scalar(select(func.count()).select_from(Grant).where(Grant.state == GrantState.ASKED)) or 0


def has_same(session: Session, member_id: str, gift: Gift) -> bool:
    """Whether a member has been given the same before, and the hub has not refused it."""
    same = [getattr(Grant, name) == value for name, value in asdict(gift).items()]
    wanted = select(Grant.id).where(Grant.member_id == member_id, Grant.state != GrantState.REFUSED, *same).limit(1)
    return session.scalar(wanted) is not None


def lately(session: Session, *, member_id: str | None = None, limit: int = 20) -> list[Grant]:
    """The last grants, one member's or all, newest first."""
    wanted = select(Grant).order_by(Grant.asked_at.desc(), Grant.id.desc()).limit(limit)
    return list(session.scalars(wanted if member_id is None else wanted.where(Grant.member_id == member_id)))
