"""Reads about members."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from shared import paging
from shared.marking import N_, Phrase
from shared.signin import current_session
from shared.signin.service import normal_email
from shared.text import search_key
from space_node.accounts import queries as accounts
from space_node.members.errors import MemberUnknown
from space_node.members.models import Member as Member
from space_node.members.rules.people import MemberState as MemberState

ORDERS: dict[str, paging.Order] = {
    "name": (),
    "newest": (Member.created_at.desc(),),
    "plan": (Member.plan,),
    "ends": (Member.ends_on.asc().nulls_last(),),
}


def member(session: Session, member_id: str) -> Member | None:
    """The member of this id."""
    return session.get(Member, member_id)


def require(session: Session, member_id: str, *, lock: bool = False) -> Member:
    """The member of this id, locked until the commit for who lets them do one thing at a time. Raises MemberUnknown."""
    found = session.get(Member, member_id, with_for_update=True if lock else None, populate_existing=lock)
    if found is None:
        raise MemberUnknown
    return found


def written(member: Member) -> dict[str, Any]:
    """What a person writes of a member, by the names of a form."""
    return {name: getattr(member, name) for name in ("name", "email", "plan", "company", "starts_on", "ends_on")}


def of_account(session: Session, account_id: str) -> Member | None:
    """The member who signs in with this account, if it is a member's."""
    found = accounts.account(session, account_id)
    return None if found is None or found.member_id is None else session.get(Member, found.member_id)


def signed_in(session: Session) -> Member | None:
    """The member who looks at a page, if it is one."""
    person = current_session()
    return of_account(session, person.account.account_id) if person else None


def present(session: Session) -> Member:
    """The member who looks at a page. Raises MemberUnknown."""
    found = signed_in(session)
    if found is None:
        raise MemberUnknown
    return found


def active_ids(session: Session) -> list[str]:
    """The ids of all active members, by name."""
    wanted = select(Member.id).where(Member.state == MemberState.ACTIVE).order_by(Member.search_key, Member.id)
    return list(session.scalars(wanted))


def active_among(session: Session, ids: Collection[str]) -> set[str]:
    """Those of the members who are active."""
    return set(session.scalars(select(Member.id).where(Member.state == MemberState.ACTIVE, Member.id.in_(ids))))


def member_by_email(session: Session, email: str) -> Member | None:
    """The member of this address."""
    return session.scalar(select(Member).where(Member.email == normal_email(email)))


def member_of_guest(session: Session, guest: str) -> Member | None:
    """The member whom the hub knows by this pseudonym."""
    return session.scalar(select(Member).where(Member.guest == guest))


def require_member(session: Session, email: str) -> Member:
    """The member of this address. Raises MemberUnknown."""
    found = member_by_email(session, email)
    if found is None:
        raise MemberUnknown(Phrase(N_("This space has no member with the address %(email)s."), email=email))
    return found


def count(session: Session, *, state: MemberState | None = None, search: str = "") -> int:
    """How many members there are, of one state or that fit a search."""
    return session.scalar(select(func.count()).select_from(Member).where(*_fitting(state, search))) or 0


def search(session: Session, *, search: str = "") -> list[Member]:
    """Members by name; each word searched for is in the name, address, company or plan."""
    wanted = select(Member).where(*_fitting(None, search)).order_by(Member.search_key, Member.id)
    return list(session.scalars(wanted))


def page(
    session: Session, *, search: str = "", state: MemberState | None = None, sort: str = "name", number: int = 1
) -> paging.Page[Member]:
    """One page of them."""
    wanted = select(Member).where(*_fitting(state, search))
    return paging.page(session, wanted, *ORDERS[sort], Member.search_key, Member.id, number=number)


def fitting(search: str) -> list[ColumnElement[bool]]:
    """What a member must fulfil: each word searched for is in the name, address, company or plan."""
    return [Member.search_key.contains(word, autoescape=True) for word in search_key(search).split()]


def _fitting(state: MemberState | None, search: str) -> list[ColumnElement[bool]]:
    conditions = [] if state is None else [Member.state == state]
    return conditions + fitting(search)
