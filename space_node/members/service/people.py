"""Members one by one; a whole list of them comes in by `imports.py`."""

import datetime as dt

from sqlalchemy import update
from sqlalchemy.orm import Session

from shared.clock import local_date
from shared.constraints import refused
from shared.ids import new_id
from space_node.db import Base
from space_node.members.errors import MemberExists
from space_node.members.models import Member
from space_node.members.rules.people import MemberState, default_display_name, search_key, state_on
from space_node.uplink.queries import own_zone


def add_member(
    session: Session,
    *,
    name: str,
    email: str,
    now: dt.datetime,
    plan: str = "",
    company: str = "",
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> Member:
    """Add a member. Raises MemberExists."""
    member = Member(
        id=new_id(now),
        guest=new_id(now),
        name=name,
        display_name=default_display_name(name),
        email=email,
        plan=plan,
        company=company,
        tier=0,
        starts_on=starts_on,
        ends_on=ends_on,
        state=state_on(today(session, now), ends_on),
        search_key=search_key(name, email, company, plan),
        created_at=now,
        changed_at=now,
    )
    with refused(session, Base.metadata, {"uq_members_email": lambda: MemberExists(email=email)}):
        session.add(member)
    return member


def end_memberships(session: Session, now: dt.datetime) -> int:
    """End the memberships whose last day has passed here, and return how many."""
    over = Member.ends_on < today(session, now)
    ended = update(Member).where(Member.state == MemberState.ACTIVE, over).values(state=MemberState.ENDED, changed_at=now)
    return len(session.execute(ended.returning(Member.id)).all())


def set_display_name(session: Session, *, member: Member, display_name: str, now: dt.datetime) -> None:
    """Change what a passport shows of a member's name; the schema has checked that it fits there."""
    member.display_name, member.changed_at = display_name, now
    session.flush()


def today(session: Session, now: dt.datetime) -> dt.date:
    """The date at this space."""
    return local_date(now, own_zone(session))
