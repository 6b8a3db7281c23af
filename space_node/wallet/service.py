"""Writes about credits at home: grants to members."""

import datetime as dt

from sqlalchemy.orm import Session

from shared.ids import new_id
from shared.protocol.credits import Grant as GrantBody
from shared.protocol.states import LotKind
from space_node.members import queries as members
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service
from space_node.wallet.errors import GrantInvalid
from space_node.wallet.models import Grant

PATH = "/fed/v1/grants/"


def grant(
    session: Session,
    *,
    member_id: str,
    credits: int,
    kind: LotKind,
    valid_from: dt.date,
    expires_on: dt.date,
    now: dt.datetime,
) -> Grant:
    """Give a member one lot; the hub takes it in by its answer. Raises GrantInvalid, MemberUnknown, NotJoined."""
    if expires_on < valid_from:
        raise GrantInvalid
    member = members.require(session, member_id)
    asked = Grant(
        id=new_id(),
        member_id=member_id,
        guest=member.guest,
        kind=kind,
        credits=credits,
        valid_from=valid_from,
        expires_on=expires_on,
        asked_at=now,
    )
    session.add(asked)
    session.flush()
    home = uplink.own_slug(session)
    names = ("guest", "kind", "credits", "valid_from", "expires_on")
    body = GrantBody().dump({"home": home, **{name: getattr(asked, name) for name in names}})
    subject = f"grant/{asked.id}"
    uplink_service.send(session, kind="grant", method="PUT", path=PATH + asked.id, body=body, subject=subject, now=now)
    return asked
