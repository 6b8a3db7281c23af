"""Reads about memberships of one person."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from federation.memberships import rules
from federation.memberships.models import Membership

State = tuple[str, str, int, dict[str, Any]]
_OTHER = aliased(Membership)


def others(home: ColumnElement[str], guest: ColumnElement[str]) -> Select[str]:
    """The pseudonyms of a person's further memberships, for who asks the database something else as well."""
    same = and_(_OTHER.person == Membership.person, _OTHER.home != Membership.home)
    return select(_OTHER.guest).join(Membership, same).where(Membership.home == home, Membership.guest == guest)


def maker_of(session: Session, code_sha256: str) -> Membership | None:
    """Whose newest code this is; they make no other until this command ends."""
    return session.scalar(select(Membership).where(Membership.code_sha256 == code_sha256).with_for_update())


def lock(session: Session, *memberships: Membership) -> None:
    """Let nobody else change these, or those that are the same person, until this command ends."""
    keys = [and_(Membership.home == one.home, Membership.guest == one.guest) for one in memberships]
    persons = select(Membership.person).where(or_(*keys))
    wanted = select(Membership).where(or_(*keys, Membership.person.in_(persons))).order_by(Membership.home, Membership.guest)
    session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).all()


def same_person(session: Session, membership: Membership) -> Sequence[Membership]:
    """All memberships of the person, this one too."""
    if membership.person is None:
        return [membership]
    return session.scalars(select(Membership).where(Membership.person == membership.person).order_by(Membership.home)).all()


def of_space(session: Session, home: str) -> Sequence[Membership]:
    """All that a home has ever said of its members."""
    return session.scalars(select(Membership).where(Membership.home == home).order_by(Membership.guest)).all()


def with_old_code(session: Session, now: dt.datetime) -> Sequence[Membership]:
    """Those whose code nobody needs to be told of any more."""
    old = Membership.code_expires_at < now - rules.CODE_KEPT
    return session.scalars(select(Membership).where(old).order_by(Membership.home, Membership.guest).with_for_update()).all()


def entry(session: Session, membership: Membership) -> dict[str, Any]:
    """The membership as `membership.updated` and the answers carry it."""
    spaces = [one.home for one in same_person(session, membership) if one is not membership]
    return {"guest": membership.guest, "rev": membership.rev, "spaces": spaces}


def subject(membership: Membership) -> str:
    """The subject under which it is published."""
    return f"membership/{membership.guest}"


def states(session: Session, caller: str) -> Iterator[State]:
    """The caller's memberships that were ever linked, for its snapshot."""
    for one in of_space(session, caller):
        if one.rev:
            yield "membership.updated", subject(one), one.rev, entry(session, one)
