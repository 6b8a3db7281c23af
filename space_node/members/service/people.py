"""Members one by one; a whole list of them comes in by `imports.py`."""

import datetime as dt
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from shared.clock import local_date
from shared.constraints import refused
from shared.ids import new_id
from shared.text import search_key
from space_node.accounts import service as accounts
from space_node.db import Base
from space_node.members.errors import MemberExists
from space_node.members.models import ImportDraft, Member
from space_node.members.rules.people import MemberState, default_display_name, state_on
from space_node.uplink.queries import own_zone


def new_values(
    *,
    name: str,
    email: str,
    on: dt.date,
    now: dt.datetime,
    plan: str = "",
    company: str = "",
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> dict[str, Any]:
    """The columns of a member who is added on a day. The hub's name for them is random."""
    given = {"name": name, "email": email, "plan": plan, "company": company, "starts_on": starts_on, "ends_on": ends_on}
    made = {"id": new_id(now), "guest": new_id(now), "tier": 0, "source_key": None, "created_at": now, "changed_at": now}
    shown = {"display_name": default_display_name(name), "search_key": search_key(name, email, company, plan)}
    return {**given, **made, **shown, "state": state_on(on, ends_on)}


def add_member(session: Session, *, name: str, email: str, now: dt.datetime, **values: Any) -> Member:
    """Add a member; further values as `new_values` takes them. Raises MemberExists."""
    member = Member(**new_values(name=name, email=email, on=today(session, now), now=now, **values))
    with refused(session, Base.metadata, {"uq_members_email": lambda: MemberExists(email=email)}):
        session.add(member)
    return member


def forget_member(session: Session, member: Member) -> None:
    """Delete a member, with the account and with every upload that may name them. Nothing else may point to them any more."""
    accounts.forget_member(session, member.id)
    session.execute(delete(ImportDraft))
    session.delete(member)
    session.flush()


def end_memberships(session: Session, now: dt.datetime) -> int:
    """End the memberships whose last day has passed here, and return how many."""
    over = Member.ends_on < today(session, now)
    ended = update(Member).where(Member.state == MemberState.ACTIVE, over).values(state=MemberState.ENDED, changed_at=now)
    return len(session.execute(ended.returning(Member.id)).all())


def today(session: Session, now: dt.datetime) -> dt.date:
    """The date at this space."""
    return local_date(now, own_zone(session))
