"""Joining a network: the hub proves itself by the invite, the space signs an application, and every repeat is the same."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from shared.errors import Refusal
from shared.http import Answer
from shared.ids import sha256_hex
from shared.keys import jwk, jws
from shared.keys.errors import KeySetInvalid
from shared.keys.key_set import build_key_set, read_key_set
from shared.loader import dump_json
from shared.machine_session import read_object
from shared.protocol.invite import Invite
from shared.protocol.spaces import Application, ApplicationPayload, Service
from shared.schemas import load
from space_node.config import Node
from space_node.network.errors import AlreadyJoined, HubNotTrusted
from space_node.network.service.profile import written
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service

TYP = "application+jwt"
# With these the hub says that it has not taken the application and never will; then the next attempt may sign another one.
FINAL = frozenset({"invite-unknown", "invite-used", "invite-expired", "charter-changed", "invalid", "application-invalid"})


def prove_hub(invite: Invite, answer: Answer) -> dict[str, Any]:
    """The hub's description of itself, proven by the root key that the invite names. Raises HubNotTrusted, PeerMisbehaved."""
    try:
        service = load(Service, read_object(answer))
        read_key_set(service["key_set"], slug="hub", pinned_root=invite.thumbprint)
    except KeySetInvalid:
        raise HubNotTrusted(hub=invite.hub) from None
    if (service["issuer"], service["root_thumbprint"]) != (invite.hub, invite.thumbprint):
        raise HubNotTrusted(hub=invite.hub)
    return service


def resume(session: Session, invite: Invite) -> bool:
    """Whether an earlier attempt with this invite has stored its application.

    Raises AlreadyJoined for a node that belongs to a space by another invite.
    """
    own = uplink.identity(session)
    if own is None:
        return False
    if own.invite_sha256 == sha256_hex(invite.token.encode()):
        return True
    if own.applied_at is None and (own.hub, own.slug) == (invite.hub, invite.space):
        # The first invite never worked, and the operator has sent another one.
        uplink_service.give_up(session)
        return False
    raise AlreadyJoined(space=own.slug, hub=own.hub)


def sign_application(
    session: Session,
    node: Node,
    *,
    invite: Invite,
    service: Mapping[str, Any],
    profile: Mapping[str, Any],
    contact_email: str,
    accepted_by: str,
    now: dt.datetime,
) -> None:
    """Sign the application and store it. Raises Invalid for a profile, contact or name that the hub would not take."""
    root = node.ring.active("root", now)
    key_set = build_key_set(node.ring, invite.space, 1, now)
    payload = {
        "hub": invite.hub,
        "root_key": jwk.public_jwk(root),
        "key_set": key_set,
        "profile": written(profile),
        "contact_email": contact_email,
        "charter_version": service["charter_version"],
        "charter_sha256": service["charter_sha256"],
        "accepted_by": accepted_by,
    }
    load(ApplicationPayload, payload)
    application = jws.sign(payload, key=root, typ=TYP)
    uplink_service.begin(
        session,
        slug=invite.space,
        application=dump_json(Application().dump({"invite": invite.token, "application": application})).decode(),
        key_set=key_set,
        service=service,
        hub=invite.hub,
        hub_root_thumbprint=invite.thumbprint,
        invite_sha256=sha256_hex(invite.token.encode()),
        contact_email=contact_email,
        profile=payload["profile"],
    )


def give_up(session: Session, refusal: Refusal) -> None:
    """Forget the application if the hub has refused it for good."""
    if refusal.slug in FINAL:
        uplink_service.give_up(session)
