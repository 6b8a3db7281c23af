"""Writes about memberships elsewhere: a member links two of theirs by a code, and undoes that (DESIGN §9).

`give_code` and `enter_code` are edges, as in `uplink.service.exchange`: a member waits for what the hub answers, and a code
that went out hours later would help nobody. The hub, and what is kept here, see the digest of a code alone.
"""

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from shared.clock import current_clock
from shared.ids import new_id, sha256_hex
from shared.protocol.memberships import CodeReceipt, MembershipCode, MembershipEnd, MembershipEntry
from shared.protocol.version import BASE_PATH
from shared.revs import is_newer
from shared.schemas import load
from shared.signin import throttle
from space_node.accounts import service as accounts
from space_node.db import db, transactional
from space_node.members import queries as members
from space_node.memberships import rules
from space_node.memberships.models import LinkedMembership
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service

PATH = f"{BASE_PATH}/self/memberships"


def give_code(guest: str) -> tuple[str, dt.datetime]:
    """A new code for a member, and until when it can be entered elsewhere. Raises what the hub refuses or its silence is."""
    code = rules.spell(secrets.token_bytes(rules.CODE_BYTES))
    return code, load(CodeReceipt, _ask("code", guest, code))["expires_at"]


def enter_code(member_id: str, guest: str, typed: str, *, secret: str | bytes) -> None:
    """Link a member with who made the code. Wrong ones are counted by member.

    Raises LinkCodeMalformed, TooManyAttempts, or what the hub refuses or its silence is.
    """
    code, table, now = rules.read(typed), accounts.TABLES.throttle, current_clock().now()
    limits = throttle.limits_of_codes(secret, member_id)
    transactional(lambda: throttle.admit(db.session, table, limits, now))()
    entry = load(MembershipEntry, _ask("link", guest, code))

    @transactional
    def keep() -> None:
        throttle.forgive(db.session, table, limits)
        take(db.session(), entry, at=(uplink.epoch(db.session()), entry["rev"]))

    keep()


def undo(session: Session, member: members.Member, *, now: dt.datetime) -> None:
    """Have a membership stand by itself again; it does once the hub has answered."""
    held = session.get(LinkedMembership, member.guest, with_for_update=True, populate_existing=True)
    if held is None or held.is_ending or not held.spaces:
        return
    held.is_ending = True
    body, subject = MembershipEnd().dump({"guest": member.guest}), f"membership/{member.guest}"
    path = f"{PATH}/unlink"
    uplink_service.send(session, kind="membership-end", method="POST", path=path, body=body, subject=subject, now=now)


def take(session: Session, data: Mapping[str, Any], *, at: tuple[int, int]) -> None:
    """Keep what the hub says of a membership, if that is newer than what is held. Of who is forgotten here nothing is kept."""
    guest = data["guest"]
    if members.member_of_guest(session, guest) is None:
        return
    held = session.get(LinkedMembership, guest, with_for_update=True, populate_existing=True)
    if held is None:
        held = LinkedMembership(guest=guest, epoch=0, rev=0, spaces=[])
        session.add(held)
    if is_newer(held=(held.epoch, held.rev), arrived=at):
        (held.epoch, held.rev), held.spaces, held.is_ending = at, list(data["spaces"]), False


def not_undone(session: Session, guest: str) -> None:
    """The hub has not taken the wish; the manager sees the parked command, and the member the link that stands."""
    session.execute(update(LinkedMembership).where(LinkedMembership.guest == guest).values(is_ending=False))


def forget_member(session: Session, guest: str) -> None:
    """Forget that somebody is a member elsewhere."""
    session.execute(delete(LinkedMembership).where(LinkedMembership.guest == guest))


def _ask(step: str, guest: str, code: str) -> dict[str, Any]:
    body = MembershipCode().dump({"guest": guest, "code_sha256": sha256_hex(code.encode())})
    return uplink_service.hub_session().post(f"{PATH}/{step}", body, key=new_id())
