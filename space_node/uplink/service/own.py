"""This space in its network: the stages of joining, and what it publishes of itself afterwards."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from shared.ids import sha256_hex
from shared.keys.key_set import build_key_set, read_key_set
from shared.loader import dump_json
from shared.protocol.spaces import KeySetUpdate
from shared.protocol.states import SpaceState
from shared.protocol.version import BASE_PATH
from space_node.config import Node
from space_node.uplink import queries
from space_node.uplink.models import Identity
from space_node.uplink.service.outgoing import lift_rev, next_rev, send

FIRST_REV = 1


def begin(session: Session, *, slug: str, application: str, key_set: str, service: Mapping[str, Any], **columns: Any) -> None:
    """Store the signed application before it is sent for the first time, so that every repeat is byte for byte the same."""
    own = Identity(
        slug=slug,
        application=application,
        hub_key_set=service["key_set"],
        network=service["network"],
        epoch=int(service["epoch"]),
        charter_version=service["charter_version"],
        state=SpaceState.INVITED,
        keys_sha256=_keys_sha256(key_set),
        **columns,
    )
    session.add(own)
    for name in ("profile", "keys"):
        lift_rev(session, name, FIRST_REV)
    session.flush()


def applied(session: Session, receipt: Mapping[str, Any], *, now: dt.datetime) -> None:
    """The hub has taken the application."""
    own = queries.require_identity(session)
    if own.applied_at is None:
        own.applied_at, own.state = now, receipt["state"]


def give_up(session: Session) -> None:
    """The hub refused the application for good: the next attempt signs a new one."""
    session.execute(delete(Identity).where(Identity.applied_at.is_(None)), execution_options={"synchronize_session": "fetch"})


def joined(session: Session, standing: Mapping[str, Any], *, now: dt.datetime) -> None:
    """The self-test has passed and the hub knows it."""
    own = queries.require_identity(session)
    own.joined_at = own.joined_at or now
    own.state = standing["state"]


def refresh_hub_keys(session: Session, key_set: str) -> None:
    """Keep the hub's own key set as its root signed it last. Raises KeySetInvalid."""
    own = queries.require_identity(session)
    read_key_set(key_set, slug="hub", pinned_root=own.hub_root_thumbprint)
    own.hub_key_set = key_set


def publish_keys(session: Session, node: Node, *, now: dt.datetime) -> bool:
    """Tell the hub this space's keys if they differ from those told last; returns whether. One that has left tells none."""
    own = queries.require_identity(session)
    if own.state == SpaceState.LEFT or _keys_sha256(build_key_set(node.ring, own.slug, FIRST_REV, now)) == own.keys_sha256:
        return False
    rev = next_rev(session, "keys")
    key_set = build_key_set(node.ring, own.slug, rev, now)
    own.keys_sha256 = _keys_sha256(key_set)
    body = KeySetUpdate().dump({"rev": rev, "key_set": key_set})
    send(session, kind="keys", method="PUT", path=f"{BASE_PATH}/self/keys", body=body, subject="keys", now=now)
    return True


def _keys_sha256(key_set: str) -> str:
    return sha256_hex(dump_json([key.to_wire() for key in read_key_set(key_set).keys]))
