"""Members one by one; a whole list of them comes in by `imports.py`."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, update
from sqlalchemy.orm import Session

from shared.clock import local_date
from shared.constraints import refused
from shared.errors import FieldFault, Invalid
from shared.ids import new_id
from shared.text import search_key
from space_node.accounts import service as accounts
from space_node.db import Base
from space_node.members import queries
from space_node.members.errors import MemberExists
from space_node.members.models import Member
from space_node.members.rules.people import ENDS_BEFORE_START, MemberState, default_display_name, ends_before_start, state_on
from space_node.uplink.queries import own_zone
from space_node.uploads import service as uploads


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


def change_member(session: Session, member: Member, given: Mapping[str, Any], *, now: dt.datetime) -> None:
    """Change some of what is written of a member; the account goes along.

    The state follows from the last day where that is changed: an end that a list told without a day stays one until then.
    Raises MemberExists, AddressTaken, AccountOutranks, Invalid.
    """
    values = {**queries.written(member), **given}
    email = values["email"]
    if ends_before_start(values["starts_on"], values["ends_on"]):
        raise Invalid(errors=[FieldFault(pointer="/ends_on", detail=ENDS_BEFORE_START)])
    if email != member.email:
        accounts.require_address(session, member_id=member.id, email=email)
    if values["ends_on"] != member.ends_on:
        values["state"] = state_on(today(session, now), values["ends_on"])
    values |= following(member, values)
    with refused(session, Base.metadata, {"uq_members_email": lambda: MemberExists(email=email)}):
        for name, value in {**values, "changed_at": now}.items():
            setattr(member, name, value)
    accounts.follow_members(session, {member.id: values})


def following(held: Member | Row[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """What changes with a member's values: by what they are found, and a passport's name that nobody has chosen."""
    found_by = search_key(values["name"], values["email"], values["company"], values["plan"])
    chosen = held.display_name != default_display_name(held.name)
    shown = held.display_name if chosen else default_display_name(values["name"])
    return {"search_key": found_by, "display_name": shown}


def forget_member(session: Session, member: Member) -> None:
    """Delete a member, with the account and with every upload that may name them. Nothing else may point to them any more."""
    accounts.forget_member(session, member.id)
    uploads.drop_all(session)
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
