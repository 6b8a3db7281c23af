"""`space-node join`: one command from an invite to a working node. After any failure it may simply be run again.

Nothing is written before the hub has proved itself. The signed application is stored before it is sent, so that an answer
lost on the way costs nothing; what the hub has refused for good is forgotten, so that the next attempt may differ.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from shared import migrate
from shared.clock import current_clock
from shared.errors import Refusal
from shared.http import Answer
from shared.machine_session import SKEW_WARN_SECONDS, may_sign, read_object
from shared.protocol.invite import Invite
from shared.protocol.spaces import ApplicationReceipt, OwnEntry, SelfTest, Standing
from shared.protocol.version import BASE_PATH
from shared.schemas import load
from space_node.config import present_node
from space_node.db import db, read_only, transactional
from space_node.network import service
from space_node.network.cli.steps import Steps
from space_node.network.errors import CharterNotAccepted, SelfTestFailed
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service
from space_node.uplink.service import exchange

PACKAGE = "space_node"
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
SELF_TEST = ("key-matches-invite", "token", "clock-skew", "snapshot", "own-entry", "local-write", "local-read")


@dataclass(frozen=True)
class Joining:
    """What the manager gives to the command."""

    invite: Invite
    profile: dict[str, Any]
    contact_email: str
    accepted_by: str
    accept_charter: bool


def join(wanted: Joining, steps: Steps) -> dict[str, Any]:
    """Run every step that is still to do. Returns the space's standing.

    Raises HubNotTrusted, CharterNotAccepted, AlreadyJoined, SelfTestFailed, or what the hub refuses or its silence is.
    """
    about = _meet_hub(wanted.invite, steps)
    if not wanted.accept_charter:
        steps.say(f"\n{about['charter_text']}\n")
        raise CharterNotAccepted(charter_version=about["charter_version"])
    with steps.step("database", "Bring the database up to date"):
        migrate.upgrade(db.engine, PACKAGE)
    with steps.step("keys", "Make the keys of this space"):
        present_node().ensure_keys()
    _apply(wanted, about, steps)
    _test(steps)
    with steps.step("lists", "Fetch the key list and the twins' lists"):
        exchange.fetch_lists(everything=True)
        exchange.poll()
    return read_only(_standing)()


def _meet_hub(invite: Invite, steps: Steps) -> dict[str, Any]:
    with steps.step("key-matches-invite", f"Meet the hub at {invite.hub}"):
        return service.prove_hub(invite, _ask("GET", invite, BASE_PATH))


def _apply(wanted: Joining, about: dict[str, Any], steps: Steps) -> None:
    invite = wanted.invite

    @transactional
    def prepare() -> tuple[bytes, bool]:
        session, node = db.session(), present_node()
        if not service.resume(session, invite):
            service.sign_application(
                session,
                node,
                invite=invite,
                service=about,
                profile=wanted.profile,
                contact_email=wanted.contact_email,
                accepted_by=wanted.accepted_by,
                now=current_clock().now(),
            )
        own = uplink.require_identity(session)
        return own.application.encode(), own.applied_at is not None

    with steps.step("application", "Sign the application and store it"):
        application, has_applied = prepare()
    if has_applied:
        return
    with steps.step("apply", f"Apply for {invite.space}"):
        try:
            receipt = load(ApplicationReceipt, read_object(_ask("POST", invite, f"{BASE_PATH}/applications", application)))
        except Refusal as refusal:
            lost = refusal
            transactional(lambda: service.give_up(db.session(), lost))()
            raise
        transactional(lambda: uplink_service.applied(db.session(), receipt, now=current_clock().now()))()


def _test(steps: Steps) -> None:
    """Run the self-test and tell the hub; only a node that has passed it takes part."""
    session = uplink_service.hub_session()
    with steps.step("token", "Get an access token"):
        session.token(fresh=True)
    with steps.step("clock-skew", "Compare the clocks") as step:
        skew_seconds = session.skew_seconds
        steps.check(step, may_sign(skew_seconds), "" if skew_seconds is None else f"{skew_seconds} seconds off")
    if abs(skew_seconds or 0) > SKEW_WARN_SECONDS:
        steps.say(f"        The clock of this machine should be set right: it is {skew_seconds} seconds off the hub's.")
    with steps.step("snapshot", "Take in what the network tells"):
        exchange.poll()
    with steps.step("own-entry", "Look up this space at the hub") as step:
        entry = load(OwnEntry, session.get(f"{BASE_PATH}/self"))
        steps.check(step, entry["root_thumbprint"] == present_node().root_thumbprint, f"{entry['space']}, {entry['state']}")
    mark = current_clock().now()
    with steps.step("local-write", "Write into the own database"):
        transactional(lambda: _mark(mark))()
    with steps.step("local-read", "Read it back") as step:
        steps.check(step, read_only(lambda: uplink.require_identity(db.session()).last_ok_at)() == mark)
    _report(steps)


def _report(steps: Steps) -> None:
    tested = [step for step in steps.done if step.name in SELF_TEST]
    with steps.step("report", "Tell the hub how the self-test went"):
        answer = uplink_service.hub_session().post(
            f"{BASE_PATH}/self/test", SelfTest().dump({"steps": [step.wire() for step in tested]})
        )
    failed = [step.name for step in tested if not step.passed]
    if failed:
        raise SelfTestFailed(steps=", ".join(failed))
    standing = load(Standing, answer)
    transactional(lambda: uplink_service.joined(db.session(), standing, now=current_clock().now()))()


def _mark(at: dt.datetime) -> None:
    uplink.require_identity(db.session()).last_ok_at = at


def _standing() -> dict[str, Any]:
    own = uplink.require_identity(db.session())
    names = ("slug", "hub", "network", "state")
    space, hub, network, state = (str(getattr(own, name)) for name in names)
    return {"space": space, "hub": hub, "network": network, "state": state}


def _ask(method: str, invite: Invite, path: str, body: bytes | None = None) -> Answer:
    return present_node().transport.request(method, invite.hub + path, body=body, headers=JSON)
