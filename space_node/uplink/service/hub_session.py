"""The node's session with its hub: where it is, as whom we ask, and how a row of the outbox goes on the wire."""

import datetime as dt

from shared.http import Answer
from shared.machine_session import MachineSession
from shared.messaging.outbox import OutboxMixin
from shared.protocol.version import BASE_PATH, SEAL_HEADER
from space_node.config import Joined, Node, present_node
from space_node.db import db, read_only
from space_node.uplink import queries


class HubSession(MachineSession):
    """The machine session, and what was last acknowledged to the hub: nothing is said twice in a minute."""

    reported: tuple[tuple[str, dt.datetime | None, bool], dt.datetime] | None = None


def hub_session() -> HubSession:
    """The present node's session with its hub. Raises NotJoined."""
    own = joined() or read_only(lambda: queries.require_identity(db.session()))()
    return session_with(present_node(), hub=own.hub, space=own.slug)


def joined() -> Joined | None:
    """This space at its hub, once it has applied; kept in mind, for the worker asks at every turn."""
    node = present_node()
    if node.joined is None:
        own = read_only(lambda: queries.identity(db.session()))()
        node.joined = Joined(own.hub, own.slug) if own is not None and own.applied_at is not None else None
    return node.joined


def session_with(node: Node, *, hub: str, space: str) -> HubSession:
    """The one session of this node with a hub as a space; its token is shared by all threads."""
    if (hub, space) not in node.sessions:
        key = node.ring.active
        made = HubSession(
            node.transport, issuer=hub, client_id=space, key=lambda: key("client", node.clock.now()), look_at=BASE_PATH
        )
        node.sessions.setdefault((hub, space), made)
    found: HubSession = node.sessions[hub, space]
    return found


def send_row(row: OutboxMixin, /, *, timeout_seconds: float, seal: str | None = None) -> Answer:
    """Put a row of the outbox on the wire, byte for byte as it is stored (see shared/messaging/delivery.py)."""
    headers = {"Content-Type": row.content_type, **({SEAL_HEADER: seal} if seal else {})}
    if row.method == "POST":
        headers["Idempotency-Key"] = row.message_id
    return hub_session().request(row.method, row.path, body=row.body.encode(), headers=headers, timeout_seconds=timeout_seconds)
