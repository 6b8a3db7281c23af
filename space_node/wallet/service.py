"""Writes about credits at home: grants to members, and what the hub says of them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from shared.clock import local_date
from shared.constraints import added
from shared.protocol.credits import Grant as GrantBody
from shared.protocol.states import TAKING_LEAVE
from shared.protocol.version import BASE_PATH
from shared.revs import is_newer
from space_node.members import queries as members
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service
from space_node.wallet import rules
from space_node.wallet.errors import GrantDaysInvalid, GrantMadeBefore, GrantRefusedBefore, SpaceTakesLeave
from space_node.wallet.models import Grant, GrantState, WalletMirror
from space_node.wallet.rules import Gift

REASON_CHARACTERS = 200
NOBODY = "—"


def grant(session: Session, *, grant_id: str, member_id: str, gift: Gift, now: dt.datetime) -> Grant:
    """Give a member one lot; the hub takes it in by its answer. The same id again is the same grant.

    Raises GrantDaysInvalid, MemberUnknown, NotJoined, SpaceTakesLeave; GrantMadeBefore for the id of another grant,
    GrantRefusedBefore for one that the hub has refused.
    """
    if uplink.require_identity(session).state in TAKING_LEAVE:
        raise SpaceTakesLeave
    if not rules.can_be_spent(gift, local_date(now, uplink.own_zone(session))):
        raise GrantDaysInvalid
    member, home = members.require(session, member_id), uplink.own_slug(session)
    asked = Grant(id=grant_id, member_id=member_id, guest=member.guest, state=GrantState.ASKED, asked_at=now, **asdict(gift))
    if not added(session, asked):
        return _made_before(session, grant_id, member_id, gift)
    body = GrantBody().dump({"home": home, "guest": member.guest, **asdict(gift)})
    path, subject = f"{BASE_PATH}/grants/{grant_id}", f"grant/{grant_id}"
    uplink_service.send(session, kind="grant", method="PUT", path=path, body=body, subject=subject, now=now)
    return asked


def keep_wallet(session: Session, data: Mapping[str, Any], *, at: tuple[int, int], now: dt.datetime) -> None:
    """Keep the whole wallet of one member as the hub tells it, if that is newer than what is held."""
    held = _wallet(session, data["guest"], now)
    if is_newer(held=(held.epoch, held.rev), arrived=at):
        (held.epoch, held.rev), held.lots, held.as_of = at, data["lots"], now


def granted(session: Session, data: Mapping[str, Any], *, epoch: int, now: dt.datetime) -> None:
    """The hub has taken a grant in. Its answer shows one lot alone: it is added to a wallet that knows all before it."""
    asked = session.get(Grant, data["grant_id"])
    if asked is not None:
        asked.state, asked.reason = GrantState.GRANTED, None
    held = _wallet(session, data["guest"], now)
    if (held.epoch or epoch, held.rev + 1) == (epoch, data["rev"]):
        held.epoch, held.rev, held.lots, held.as_of = epoch, data["rev"], [*held.lots, data["lot"]], now


def refused(session: Session, grant_id: str, reason: str) -> None:
    """The hub has refused a grant; the manager sees why."""
    asked = session.get(Grant, grant_id)
    if asked is not None:
        asked.state, asked.reason = GrantState.REFUSED, reason[:REASON_CHARACTERS]


def forget_member(session: Session, member_id: str, guest: str, *, stand_in: str) -> None:
    """Forget whose credits these were; what was given stays."""
    forget_wallet(session, guest)
    session.execute(update(Grant).where(Grant.member_id == member_id).values(member_id=stand_in, guest=stand_in))


def forget_wallet(session: Session, guest: str) -> None:
    """Drop what the hub told of a wallet that is nobody's any more."""
    session.execute(delete(WalletMirror).where(WalletMirror.guest == guest))


def _made_before(session: Session, grant_id: str, member_id: str, gift: Gift) -> Grant:
    """The grant of this id, which must be the same and not refused."""
    held = session.get_one(Grant, grant_id)
    if held.state == GrantState.REFUSED:
        # Asked under the same id again it would be no grant, and under another, unasked, a click too many would grant twice.
        raise GrantRefusedBefore(reason=held.reason or NOBODY)
    if (held.member_id, *(getattr(held, name) for name in asdict(gift))) != (member_id, *asdict(gift).values()):
        whom = members.member(session, held.member_id)
        raise GrantMadeBefore(amount=held.credits, name=whom.name if whom else NOBODY, until=held.expires_on)
    return held


def _wallet(session: Session, guest: str, now: dt.datetime) -> WalletMirror:
    """The row of a wallet, locked: answers and news come on two ways."""
    held = session.get(WalletMirror, guest, with_for_update=True, populate_existing=True)
    if held is None:
        added(session, WalletMirror(guest=guest, epoch=0, rev=0, lots=[], as_of=now))
        held = session.get_one(WalletMirror, guest, with_for_update=True, populate_existing=True)
    return held
