"""The status list of this space: signed and sent whole, when it has changed and at least daily."""

import datetime as dt

from sqlalchemy.orm import Session

from shared.ids import sha256_hex
from shared.keys import jwk
from shared.keys import status_list as status_lists
from shared.keys.status_list import Status, StatusList
from shared.protocol.passports import StatusListUpdate
from shared.protocol.states import SpaceState
from shared.protocol.version import BASE_PATH
from space_node.config import present_node
from space_node.passports import queries
from space_node.passports.models import OwnStatusList
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service

DAILY = dt.timedelta(days=1)
AFTER_REFUSAL = dt.timedelta(hours=1)


def publish_status_list(session: Session, now: dt.datetime) -> bool:
    """Send the list if it, or the key that signs it, differs from what was sent last, or a day has passed; returns whether.

    A space that has not joined yet, or has left, has nobody to send it to. Raises KeyMissing, ClockWrong.
    """
    own = uplink.identity(session)
    if own is None or own.joined_at is None or own.state == SpaceState.LEFT:
        return False
    key, statuses, sent = present_node().ring.active("passport", now), _statuses(session, now), queries.sent_list(session)
    content_sha256 = sha256_hex(jwk.kid_of(key).encode() + statuses.deflated())
    # A clock that was put back must not stop the sending.
    lately = sent is not None and dt.timedelta(0) <= now - sent.sent_at < DAILY
    if sent is not None and lately and sent.content_sha256 == content_sha256:
        return False
    uplink_service.require_clock(session)
    rev = uplink_service.next_rev(session, "status-list")
    if sent is None:
        sent = OwnStatusList()
        session.add(sent)
    sent.rev, sent.content_sha256, sent.sent_at = rev, content_sha256, now
    session.flush()
    uplink_service.send(
        session,
        kind="status-list",
        method="PUT",
        path=f"{BASE_PATH}/self/status-list",
        body=StatusListUpdate().dump({"rev": rev, "status_list": status_lists.sign(statuses, key, own.slug, now, rev)}),
        subject="status-list",
        now=now,
    )
    return True


def confirmed(session: Session, rev: int) -> None:
    """The hub holds the list of this rev."""
    sent = queries.sent_list(session)
    if sent is not None:
        sent.held_rev = max(sent.held_rev, rev)


def not_taken(session: Session, now: dt.datetime) -> None:
    """The hub refused a list: another is signed in an hour, not in a day."""
    sent = queries.sent_list(session)
    if sent is not None:
        sent.sent_at = now - DAILY + AFTER_REFUSAL


def _statuses(session: Session, now: dt.datetime) -> StatusList:
    statuses = StatusList()
    for place in queries.revoked_places(session, now):
        statuses.set(place, Status.INVALID)
    return statuses
