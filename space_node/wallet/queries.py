"""Reads about credits of our members, from what the hub last told."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from space_node.wallet import rules
from space_node.wallet.models import Grant, GrantState, WalletMirror
from space_node.wallet.rules import LotView


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
    return Balance(rules.available(lots, on), sum(lot.held for lot in lots), lots, held.as_of if held else None)


def available(session: Session, guest: str, on: dt.date) -> int:
    """What can pay for a visit on that day, in 1/100 credit."""
    return balance(session, guest, on).available_credits


def given_out(session: Session) -> int:
    """What this space has granted and the hub has taken in, in 1/100 credit."""
    return session.scalar(select(func.coalesce(func.sum(Grant.credits), 0)).where(Grant.state == GrantState.GRANTED)) or 0


def grants_waiting(session: Session) -> int:
    """How many grants the hub has not answered yet."""
    return session.scalar(select(func.count()).select_from(Grant).where(Grant.state == GrantState.ASKED)) or 0


def lately(session: Session, *, limit: int = 20) -> list[Grant]:
    """The last grants, newest first."""
    return list(session.scalars(select(Grant).order_by(Grant.asked_at.desc(), Grant.id.desc()).limit(limit)))
