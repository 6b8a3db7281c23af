"""Writes of memberships: one person's are linked by a code that they made at one home and enter at another.

So nobody can link but who is signed in at both. Every home hears of it what its own member sees: at which space the other is.
"""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy.orm import Session

from federation.db import Base, publish
from federation.memberships import queries, rules
from federation.memberships.errors import AlreadyLinked, LinkCodeUnknown
from federation.memberships.models import Membership
from federation.spaces import queries as spaces
from shared.constraints import refused
from shared.idempotency import IdConflict
from shared.ids import new_id


def make_code(session: Session, *, home: str, guest: str, code_sha256: str, now: dt.datetime) -> dt.datetime:
    """Let a code link this membership with the one that enters it; the code before stops working. Returns when it expires.

    Raises IdConflict for a code that another membership has made.
    """
    spaces.lock(session, home)
    own = _own(session, home=home, guest=guest)
    queries.lock(session, own)
    expires_at = now + rules.CODE_LIVES
    with refused(session, Base.metadata, {"uq_memberships_code_sha256": IdConflict}):
        own.code_sha256, own.code_expires_at, own.code_used_at = code_sha256, expires_at, None
    return expires_at


def link(session: Session, *, home: str, guest: str, code_sha256: str, now: dt.datetime) -> Membership:
    """Link this membership with the one that made the code, which is used up. Each person joins at most one other this way.

    Raises LinkCodeUnknown, LinkCodeUsed, LinkCodeExpired, LinkCodeOwn, LinkCodeOfSameSpace, AlreadyLinked.
    """
    spaces.lock(session, home)
    maker, own = queries.maker_of(session, code_sha256), _own(session, home=home, guest=guest)
    if maker is None:
        raise LinkCodeUnknown
    queries.lock(session, maker, own)
    assert maker.code_expires_at is not None, "it is set with the code"
    rules.check_code(
        made_by=(maker.home, maker.guest),
        entered_by=(home, guest),
        expires_at=maker.code_expires_at,
        used_at=maker.code_used_at,
        now=now,
    )
    linked = [one.person for one in (maker, own) if len(queries.same_person(session, one)) > 1]
    if len(linked) > 1:
        raise AlreadyLinked
    with refused(session, Base.metadata, {"uq_memberships_person_home": AlreadyLinked}):
        maker.person = own.person = linked[0] if linked else new_id(now)
    maker.code_used_at = now
    _tell(session, queries.same_person(session, own), now=now)
    return own


def unlink(session: Session, *, home: str, guest: str, now: dt.datetime) -> Membership:
    """Let this membership stand by itself again; one that does already changes nothing."""
    spaces.lock(session, home)
    own = _own(session, home=home, guest=guest)
    _part(session, own, now=now)
    return own


def forget(session: Session, *, home: str, guest: str, now: dt.datetime) -> None:
    """Forget this membership, for its person or its home is gone."""
    own = session.get(Membership, (home, guest))
    if own is not None:
        _part(session, own, now=now)
        session.delete(own)
        session.flush()


def end_all(session: Session, home: str, *, now: dt.datetime) -> None:
    """Forget all memberships of a space that has left."""
    for one in queries.of_space(session, home):
        forget(session, home=home, guest=one.guest, now=now)


def drop_old_codes(session: Session, now: dt.datetime) -> int:
    """Drop codes that are long over, and with them whoever was never linked; how many those were."""
    old = queries.with_old_code(session, now)
    for one in old:
        one.code_sha256 = one.code_expires_at = one.code_used_at = None
        if not one.rev:
            session.delete(one)
    session.flush()
    return len(old)


def _own(session: Session, *, home: str, guest: str) -> Membership:
    """The caller's membership, which is kept from the first word of it on."""
    own = session.get(Membership, (home, guest), populate_existing=True)
    if own is None:
        own = Membership(home=home, guest=guest, rev=0)
        session.add(own)
        session.flush()
    return own


def _part(session: Session, own: Membership, *, now: dt.datetime) -> None:
    """Take a membership away from its person, and tell it and those that stay."""
    queries.lock(session, own)
    together = queries.same_person(session, own)
    if len(together) > 1:
        own.person = None
        session.flush()
        _tell(session, together, now=now)


def _tell(session: Session, memberships: Iterable[Membership], *, now: dt.datetime) -> None:
    for one in memberships:
        one.rev += 1
    session.flush()
    for one in memberships:
        subject, data = queries.subject(one), queries.entry(session, one)
        publish(
            session, to=[one.home], type="membership.updated", subject=subject, rev=one.rev, data=data, now=now, coalesce=True
        )
