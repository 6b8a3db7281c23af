"""Reads about credits of our members, from what the hub last told."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared import paging
from space_node.members import queries as members
from space_node.uplink import queries as uplink
from space_node.wallet import rules
from space_node.wallet.models import Grant, GrantState, WalletMirror
from space_node.wallet.rules import Gift, LotView

PAGE_ROWS = 20


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


def refusals(session: Session, grant_ids: Sequence[str]) -> list[str]:
    """Why the hub has refused those of these grants that it has refused."""
    refused = select(Grant.reason).where(Grant.id.in_(grant_ids), Grant.state == GrantState.REFUSED)
    return [reason or "" for reason in session.scalars(refused.order_by(Grant.id))]


def has_same(session: Session, member_id: str, gift: Gift) -> bool:
    """Whether a member has been given the same before, and the hub has not refused it."""
    same = [getattr(Grant, name) == value for name, value in asdict(gift).items()]
    wanted = select(Grant.id).where(Grant.member_id == member_id, Grant.state != GrantState.REFUSED, *same).limit(1)
    return session.scalar(wanted) is not None


def grants(
    session: Session, *, search: str = "", sort: str = "newest", number: int = 1
) -> paging.Page[tuple[Grant, members.Member | None]]:
    """One page of what was given, with whom it was given to; each word is in the member's name, address, company or plan."""
    whom = members.Member
    wanted = select(Grant, whom).outerjoin(whom, whom.id == Grant.member_id).where(*members.fitting(search))
    orders: dict[str, paging.Order] = {
        "newest": (),
        "member": (whom.search_key,),
        "credits": (Grant.credits.desc(),),
        "ends": (Grant.expires_on,),
        "state": (Grant.state,),
    }
    page = paging.page_of_rows(session, wanted, *orders[sort], Grant.asked_at.desc(), Grant.id.desc(), number=number)
    return page.map(lambda row: (row[0], row[1]))


def grants_of(session: Session, member_id: str, *, number: int = 1) -> paging.Page[Grant]:
    """One page of what a member was given, newest first."""
    wanted = select(Grant).where(Grant.member_id == member_id)
    return paging.page(session, wanted, Grant.asked_at.desc(), Grant.id.desc(), number=number, size=PAGE_ROWS)
