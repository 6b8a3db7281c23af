"""This space's own profile, of which this node is the authority."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from shared.protocol.spaces import Profile, ProfileUpdate
from shared.protocol.version import BASE_PATH
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service


def written(profile: Mapping[str, Any]) -> dict[str, Any]:
    """The profile as JSON; a text that was left empty is left out, as the wire wants it."""
    return {name: value for name, value in Profile().dump(profile).items() if value != ""}


def set_profile(session: Session, profile: Mapping[str, Any], *, now: dt.datetime) -> int:
    """Replace the profile and tell the hub, which tells the twins; returns its rev. Raises NotJoined."""
    own = uplink.require_identity(session)
    own.profile = written(profile)
    rev = uplink_service.next_rev(session, "profile")
    body = ProfileUpdate().dump({"rev": rev, "profile": own.profile})
    path = f"{BASE_PATH}/self/profile"
    uplink_service.send(session, kind="profile", method="PUT", path=path, body=body, subject="profile", now=now)
    return rev
