"""Issuing and withdrawing passports of our own members. The hub learns the ref of each, never the passport."""

import datetime as dt
import secrets
from contextlib import suppress
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from shared.constraints import refused
from shared.errors import Unavailable
from shared.ids import sha256_hex
from shared.keys import jwk, passport
from shared.keys.passport import PassportClaims
from shared.keys.status_list import DEFAULT_SIZE
from shared.protocol.passports import PassportRef
from shared.protocol.version import BASE_PATH
from space_node.config import present_node
from space_node.db import Base
from space_node.members import queries as members
from space_node.passports import queries, rules
from space_node.passports.errors import NoPassportForYou, StatusListFull
from space_node.passports.models import IssuedPassport, PromisedPass
from space_node.passports.queries import PassportView
from space_node.passports.rules import PassportKind
from space_node.passports.service.lists import publish_status_list
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service

ACTIVE = "active"
LIST_NUMBER = 0
FIRST_LOOK = dt.timedelta(days=7)
UNTRACKED = {"synchronize_session": "fetch"}


def general(
    session: Session, member: members.Member, now: dt.datetime, *, kind: PassportKind = PassportKind.PHONE
) -> PassportView:
    """A passport for walk-ins and cards, for the phone or on paper; asked again within a day, the same one.

    At most two are good at a time, so the oldest goes. Raises NoPassportForYou, StatusListFull, NotJoined, ClockWrong.
    """
    _require_active(member)
    live = queries.live_general(session, member.id, now)
    same = [row for row in live if row.kind == kind and rules.is_fresh(queries.held(row), now)]
    if same:
        return queries.view(same[-1])
    gone = rules.to_withdraw(queries.held(row) for row in live)
    if gone:
        _revoke(session, IssuedPassport.cti.in_(gone), now)
        publish_status_list(session, now)
    return _issue_general(session, member, kind, now)


def replace(session: Session, member: members.Member, now: dt.datetime) -> PassportView:
    """Withdraw every general passport of a member, for one was lost, and issue another. Raises as `general` does."""
    _require_active(member)
    _revoke(session, (IssuedPassport.member_id == member.id) & IssuedPassport.kind.in_(queries.GENERAL), now)
    publish_status_list(session, now)
    return _issue_general(session, member, PassportKind.PHONE, now)


def visit_pass(
    session: Session, member: members.Member, *, booking_id: str, host: str, on: dt.date, zone: str, now: dt.datetime
) -> PassportView | None:
    """The pass for one confirmed stay; called again, the same one. None while it cannot be signed: it then comes by itself."""
    known = session.scalar(select(IssuedPassport).where(IssuedPassport.booking_id == booking_id))
    if known is not None:
        return queries.view(known)
    promise = session.get(PromisedPass, booking_id)
    if promise is None:
        expires_at = rules.visit_pass_ends_at(on, zone)
        due_at = max(now, expires_at - rules.SIGNED_AHEAD)
        promise = PromisedPass(booking_id=booking_id, member_id=member.id, host=host, expires_at=expires_at, due_at=due_at)
        session.add(promise)
        session.flush()
    return keep_promise(session, promise, now)


def forget_promise(session: Session, booking_id: str) -> None:
    """A stay that is off gets no pass any more; one that is signed already is refused at the door by the stay's state."""
    session.execute(delete(PromisedPass).where(PromisedPass.booking_id == booking_id), execution_options=UNTRACKED)


def keep_promise(session: Session, promise: PromisedPass, now: dt.datetime) -> PassportView | None:
    """Sign a promised pass if its time has come and this node can; the promise stands until then."""
    member = members.member(session, promise.member_id)
    if now >= promise.expires_at or member is None or str(member.state) != ACTIVE:
        session.delete(promise)
        return None
    if now < promise.due_at:
        return None
    issued = None
    # A wrong clock, a missing key or a full list is put right by somebody, and must not stop the news that brought this.
    with suppress(Unavailable):
        issued = _issue(
            session,
            member,
            kind=PassportKind.VISIT,
            cti=UUID(promise.booking_id).bytes,
            expires_at=promise.expires_at,
            booking_id=promise.booking_id,
            audience=promise.host,
            now=now,
        )
        session.delete(promise)
    session.flush()
    return issued


def keep_promises(session: Session, now: dt.datetime) -> int:
    """Sign the visit passes whose time has come; returns how many."""
    due = session.scalars(select(PromisedPass).where(PromisedPass.due_at <= now).order_by(PromisedPass.due_at).limit(200))
    return sum(keep_promise(session, promise, now) is not None for promise in due.all())


def renew(session: Session, now: dt.datetime) -> int:
    """Issue the phones' next passports before the present ones end; returns how many."""
    renewed = 0
    for row in queries.latest_on_phones(session, since=now - FIRST_LOOK):
        member = members.member(session, row.member_id)
        live = len(queries.live_general(session, row.member_id, now))
        if member is not None and str(member.state) == ACTIVE and rules.to_renew(queries.held(row), live_count=live, now=now):
            _issue_general(session, member, PassportKind.PHONE, now)
            renewed += 1
    return renewed


def revoke_member(session: Session, member_id: str, now: dt.datetime) -> int:
    """Withdraw all passports of a member, visit passes too, and tell the doors; returns how many were good until now."""
    session.execute(delete(PromisedPass).where(PromisedPass.member_id == member_id), execution_options=UNTRACKED)
    count = _revoke(session, IssuedPassport.member_id == member_id, now)
    if count:
        publish_status_list(session, now)
    return count


def forget_member(session: Session, member_id: str, *, stand_in: str, now: dt.datetime) -> None:
    """Withdraw a member's passports and forget whose they were; their places in the status list stay taken until they end.

    A node that is catching up may send no list; the repair that sees to lists sends it seconds later.
    """
    session.execute(delete(PromisedPass).where(PromisedPass.member_id == member_id), execution_options=UNTRACKED)
    _revoke(session, IssuedPassport.member_id == member_id, now)
    nameless = {"member_id": stand_in, "display_name": "", "text": ""}
    whose = IssuedPassport.member_id == member_id
    session.execute(update(IssuedPassport).where(whose).values(**nameless), execution_options=UNTRACKED)


def revoke_ended(session: Session, now: dt.datetime) -> int:
    """Withdraw the passports of everybody who is no active member any more; returns how many."""
    gone = queries.holders(session, now) - set(members.active_ids(session))
    return sum(revoke_member(session, member_id, now) for member_id in sorted(gone))


def sign_anew(session: Session, now: dt.datetime) -> int:
    """Sign with the key in use now what was signed with one that has been revoked since; returns how many."""
    ring = present_node().ring
    lost = [key.kid for key in ring.public("passport") if key.revoked_at is not None]
    wanted = select(IssuedPassport).where(
        IssuedPassport.kid.in_(lost), IssuedPassport.expires_at > now, IssuedPassport.revoked_at.is_(None)
    )
    rows = session.scalars(wanted).all() if lost else ()
    for row in rows:
        key = ring.active("passport", now)
        row.text, row.kid = passport.issue(_claims(session, row), key), jwk.kid_of(key)
    return len(rows)


def give_back_places(session: Session, now: dt.datetime) -> int:
    """Free the places of the status list that ended passports took, an hour after their end; returns how many."""
    ended = (IssuedPassport.status_index.is_not(None)) & (IssuedPassport.expires_at < now - dt.timedelta(hours=1))
    freed = update(IssuedPassport).where(ended).values(status_index=None).returning(IssuedPassport.cti)
    return len(session.scalars(freed, execution_options=UNTRACKED).all())


def _issue_general(session: Session, member: members.Member, kind: PassportKind, now: dt.datetime) -> PassportView:
    days = present_node().settings.passport_days
    life = dt.timedelta(days=days) if kind is PassportKind.PHONE else rules.PRINTED_LIFE
    return _issue(session, member, kind=kind, cti=secrets.token_bytes(passport.CTI_BYTES), expires_at=now + life, now=now)


def _issue(
    session: Session,
    member: members.Member,
    *,
    kind: PassportKind,
    cti: bytes,
    expires_at: dt.datetime,
    now: dt.datetime,
    booking_id: str | None = None,
    audience: str | None = None,
) -> PassportView:
    uplink_service.require_clock(session)
    key = present_node().ring.active("passport", now)
    row = IssuedPassport(
        cti=cti.hex(),
        ref=sha256_hex(cti),
        member_id=member.id,
        kind=kind,
        booking_id=booking_id,
        audience=audience,
        display_name=member.display_name,
        tier=member.tier,
        kid=jwk.kid_of(key),
        status_index=_free_place(session, now),
        issued_at=now.replace(microsecond=0),
        expires_at=expires_at.replace(microsecond=0),
    )
    row.text = passport.issue(_claims(session, row), key)
    with refused(session, Base.metadata, {"uq_issued_passports_status_index": StatusListFull}):
        session.add(row)
    _tell_ref(session, row, member.guest, now)
    return queries.view(row)


def _claims(session: Session, row: IssuedPassport) -> PassportClaims:
    assert row.status_index is not None
    return PassportClaims(
        issuer=uplink.own_slug(session),
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        cti=bytes.fromhex(row.cti),
        status_list_number=LIST_NUMBER,
        status_index=row.status_index,
        display_name=row.display_name,
        tier=row.tier,
        audience=row.audience,
    )


def _tell_ref(session: Session, row: IssuedPassport, guest: str, now: dt.datetime) -> None:
    body = {
        "guest": guest,
        "expires_at": row.expires_at,
        "status_index": row.status_index,
        "booking_id": row.booking_id,
    }
    uplink_service.send(
        session,
        kind="passport-ref",
        method="PUT",
        path=f"{BASE_PATH}/self/passports/{row.ref}",
        body=PassportRef().dump(body),
        subject=f"passport/{row.ref}",
        now=now,
    )


def _free_place(session: Session, now: dt.datetime) -> int:
    taken = queries.taken_places(session, now)
    free = [place for place in range(DEFAULT_SIZE) if place not in taken]
    if not free:
        raise StatusListFull
    return secrets.choice(free)


def _revoke(session: Session, which: ColumnElement[bool], now: dt.datetime) -> int:
    good = (IssuedPassport.expires_at > now) & IssuedPassport.revoked_at.is_(None)
    gone = update(IssuedPassport).where(which, good).values(revoked_at=now).returning(IssuedPassport.cti)
    return len(session.scalars(gone, execution_options=UNTRACKED).all())


def _require_active(member: members.Member) -> None:
    if str(member.state) != ACTIVE:
        raise NoPassportForYou
