"""Writes of erasures: forgetting a member of ours everywhere, and forgetting a guest when their home asks (DESIGN §10).

The member is gone from this node in the transaction in which that is asked. The hub ends what is under way and passes the
request on; nobody there or at a host learns who it was. As long as the hub keeps its list, it tells it again to a node that was
restored from a backup.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from shared.ids import new_id
from shared.protocol.erasures import ErasureEntry, ErasureReceipt, ErasureRequest
from shared.protocol.version import BASE_PATH
from shared.revs import is_newer
from space_node.agenda import service as agenda
from space_node.authors import service as authors
from space_node.erasures.models import Erasure
from space_node.hosting import service as hosting
from space_node.letters import service as letters
from space_node.members import queries as members
from space_node.members import service as members_service
from space_node.memberships import service as memberships
from space_node.passports import service as passports
from space_node.people import service as people
from space_node.rsvps import service as rsvps
from space_node.trips import service as trips
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service
from space_node.visits import service as visits
from space_node.wallet import service as wallet


def forget(session: Session, *, member_id: str, now: dt.datetime) -> Erasure:
    """Forget a member here, and ask the hub to have them forgotten wherever they have been. Raises MemberUnknown."""
    member = members.require(session, member_id)
    erasure = Erasure(id=new_id(now), asked_at=now, epoch=0, rev=0, confirmations=[])
    session.add(erasure)
    guest = member.guest
    _forget_here(session, member, stand_in=erasure.id, now=now)
    if uplink.identity(session) is None:
        erasure.finished_at = now
    else:
        body = ErasureRequest().dump({"id": erasure.id, "guest": guest, "asked_at": now})
        _send(session, erasure.id, kind="erasure", path="", body=body, now=now)
    session.flush()
    return erasure


def take(session: Session, data: Mapping[str, Any], *, epoch: int, now: dt.datetime) -> None:
    """Take in what the hub says of an erasure: how far ours is, or what is to be forgotten here; which is then confirmed."""
    if data["home"] == uplink.own_slug(session):
        _keep(session, data, epoch=epoch, now=now)
    if data["bookings"] or data["rsvps"]:
        visits.forget_guests(session, data["bookings"], now)
        hosting.forget_guests(session, data["rsvps"], now)
        letters.forget_guests(session, data["rsvps"])
        body = ErasureReceipt().dump({"rev": data["rev"]})
        _send(session, data["id"], kind="erasure-receipt", path=f"/{data['id']}/receipt", body=body, now=now)


def not_taken(session: Session, *, erasure_id: str, slug: str) -> None:
    """The hub did not take a request; the manager sees why."""
    erasure = session.get(Erasure, erasure_id, with_for_update=True, populate_existing=True)
    if erasure is not None:
        erasure.problem = slug[:80]


def _keep(session: Session, data: Mapping[str, Any], *, epoch: int, now: dt.datetime) -> None:
    """Keep how far it is. The pseudonym is forgotten each time: a restored node may have brought its member back."""
    erasure = session.get(Erasure, data["id"], with_for_update=True, populate_existing=True)
    if erasure is None:
        erasure = Erasure(id=data["id"], asked_at=data["asked_at"], epoch=0, rev=0)
        session.add(erasure)
    if is_newer(held=(erasure.epoch, erasure.rev), arrived=(epoch, data["rev"])):
        erasure.finished_at, erasure.problem = data["finished_at"], None
        erasure.confirmations = ErasureEntry().dump(data)["confirmations"]
        erasure.epoch, erasure.rev = epoch, data["rev"]
    session.flush()
    member = members.member_of_guest(session, data["guest"])
    if member is not None:
        _forget_here(session, member, stand_in=erasure.id, now=now)
    wallet.forget_wallet(session, data["guest"])


def _forget_here(session: Session, member: members.Member, *, stand_in: str, now: dt.datetime) -> None:
    """Take the member out of everything; where somebody must stand, the erasure's own id does."""
    passports.forget_member(session, member.id, stand_in=stand_in, now=now)
    trips.forget_member(session, member.id)
    rsvps.forget_member(session, member.id)
    agenda.withdraw_address(session, member_id=member.id)
    people.forget_member(session, member.id, stand_in=stand_in, now=now)
    authors.withdraw_person(session, member.name, now=now)
    memberships.forget_member(session, member.guest)
    wallet.forget_member(session, member.id, member.guest, stand_in=stand_in)
    members_service.forget_member(session, member)


def _send(session: Session, erasure_id: str, *, kind: str, path: str, body: Mapping[str, Any], now: dt.datetime) -> None:
    where, subject = f"{BASE_PATH}/erasures{path}", f"erasure/{erasure_id}"
    uplink_service.send(session, kind=kind, method="POST", path=where, body=body, subject=subject, now=now)
