"""Commands to the hub about those who come to our sessions; those about one person keep their order."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from shared.protocol.rsvps import Attendance, RsvpAction, RsvpCancel
from shared.protocol.version import BASE_PATH
from space_node.db import Outbox
from space_node.hosting.models import GuestRsvp
from space_node.uplink import service as uplink_service


def put(session: Session, guest: GuestRsvp, body: Mapping[str, Any], now: dt.datetime) -> Outbox:
    """Ask for a seat for somebody at the door."""
    return _send(session, guest, kind="rsvp-door", method="PUT", end="", body=body, now=now)


def report(session: Session, guest: GuestRsvp, *, came: bool, at: dt.datetime, now: dt.datetime) -> None:
    """Tell that somebody came, or was marked by mistake. Until the answer, the desk's word stands here."""
    guest.arrived_at, guest.problem = at if came else None, None
    body = Attendance().dump({"came": came, "at": at})
    row = _send(session, guest, kind="attendance", method="POST", end="/attendance", body=body, now=now)
    guest.report_id = row.message_id


def ask(session: Session, guest: GuestRsvp, word: str, now: dt.datetime) -> None:
    """Approve, reject or cancel; until the answer, the person stands where they stood."""
    guest.asked, guest.problem = word, None
    kind = "guest-cancel" if word == "cancel" else "rsvp-approval"
    body = RsvpCancel().dump({"pressed_at": now, "note": ""}) if word == "cancel" else RsvpAction().dump({"kind": None})
    _send(session, guest, kind=kind, method="POST", end=f"/{word}", body=body, now=now)


def _send(
    session: Session, guest: GuestRsvp, *, kind: str, method: str, end: str, body: Mapping[str, Any], now: dt.datetime
) -> Outbox:
    path = f"{BASE_PATH}/rsvps/{guest.id}{end}"
    return uplink_service.send(session, kind=kind, method=method, path=path, body=body, subject=f"rsvp/{guest.id}", now=now)
