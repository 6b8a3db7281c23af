"""Joining: one command from an invite to a working node, which may be run again after any failure."""

import datetime as dt
import json

import pytest
import sqlalchemy as sa

from shared.clock import FixedClock
from shared.http import Answer, PeerUnreachable
from shared.machine_session import ClockWrong
from shared.peer_problems import PROBLEM_BASE
from shared.protocol.invite import Invite
from space_node.network.errors import AlreadyJoined, CharterNotAccepted, HubNotTrusted, SelfTestFailed
from space_node.uplink import queries as uplink
from space_node.uplink.models import Identity
from tests.support.node import Network, NodeWorld


@pytest.fixture
def node(network: Network) -> NodeWorld:
    """A node that has not joined."""
    return network.node("cowo-milano")


@pytest.fixture
def invite(network: Network, node: NodeWorld) -> str:
    """An invite for it."""
    return network.hub.invite(node.slug)


def identities(node: NodeWorld) -> int:
    return node.look(lambda session: session.scalar(sa.select(sa.func.count()).select_from(Identity))) or 0


def refused_slug(node: NodeWorld, invite: str, **more: bool) -> str:
    with pytest.raises(Exception) as refused:  # noqa: PT011 - the peer's slug says which
        node.join(invite, **more)
    return str(getattr(refused.value, "slug", refused.value))


def test_a_space_joins_passes_its_self_test_and_is_on_probation(network: Network, node: NodeWorld, invite: str) -> None:
    standing = node.join(invite)
    assert (standing["space"], standing["state"]) == ("cowo-milano", "probation")
    assert network.hub.state("cowo-milano") == "probation"
    own = node.look(uplink.require_identity)
    assert own.joined_at == node.clock.now()
    (report,) = network.transport.asked("/self/test")
    names = [step["name"] for step in json.loads(report.body or b"")["steps"]]
    assert names == [
        *("key-matches-invite", "token", "clock-skew", "snapshot", "own-entry", "local-write", "local-read"),
    ]
    assert node.look(lambda session: uplink.key_list_age(session, node.clock.now())) == dt.timedelta(0)


def test_joining_again_changes_nothing(network: Network, node: NodeWorld, invite: str) -> None:
    node.join(invite)
    assert node.join(invite)["state"] == "probation"
    assert len(network.transport.asked("/applications")) == 1


def test_a_hub_with_another_key_than_the_invite_names_is_refused_and_nothing_is_changed(
    network: Network, node: NodeWorld, invite: str
) -> None:
    true = Invite.decode(invite)
    false = Invite(hub=true.hub, thumbprint=true.thumbprint[::-1], space=true.space, token=true.token)
    with pytest.raises(HubNotTrusted):
        node.join(false.encode())
    assert identities(node) == 0
    assert node.node.ring.public("root") == ()
    assert [one.method for one in network.transport.log] == ["GET"]


def test_a_hub_that_claims_the_thumbprint_without_the_key_is_refused(network: Network, node: NodeWorld, invite: str) -> None:
    def claim(_method: str, path: str, answer: Answer) -> Answer:
        if path != "/fed/v1":
            return answer
        other = network.hub.description() | {"key_set": "a.b.c"}
        return Answer(200, answer.headers, json.dumps(other).encode())

    network.transport.tamper = claim
    with pytest.raises(HubNotTrusted):
        node.join(invite)
    assert identities(node) == 0


def test_without_accepting_the_charter_nobody_applies(network: Network, node: NodeWorld, invite: str) -> None:
    with pytest.raises(CharterNotAccepted):
        node.join(invite, accept_charter=False)
    assert network.transport.asked("/applications") == []
    assert identities(node) == 0


def test_an_invite_that_another_node_has_used_is_refused_and_a_new_one_works(
    network: Network, node: NodeWorld, invite: str
) -> None:
    thief = NodeWorld("cowo-milano", network._new_url("space_node"), network._folder / "thief", node.clock, network.transport)
    thief.join(invite)
    assert refused_slug(node, invite) == "invite-used"
    assert identities(node) == 0


def test_an_expired_invite_is_refused_and_the_next_one_works(
    network: Network, node: NodeWorld, invite: str, clock: FixedClock
) -> None:
    clock.advance(dt.timedelta(days=4))
    assert refused_slug(node, invite) == "invite-expired"
    assert node.join(network.hub.invite(node.slug))["state"] == "probation"


def test_a_charter_that_changed_in_between_is_shown_again(network: Network, node: NodeWorld, invite: str) -> None:
    def older(_method: str, path: str, answer: Answer) -> Answer:
        if path != "/fed/v1":
            return answer
        return Answer(200, answer.headers, json.dumps(network.hub.description() | {"charter_sha256": "0" * 64}).encode())

    network.transport.tamper = older
    assert refused_slug(node, invite) == "charter-changed"
    network.transport.tamper = None
    assert node.join(invite)["state"] == "probation"


@pytest.mark.parametrize(
    ("fault", "at"),
    [
        ("lose_answer", "/applications"),
        ("drop_request", "/applications"),
        ("lose_answer", "/self/test"),
        ("lose_answer", "/oauth/token"),
        ("drop_request", "/snapshot/wallets"),
        ("lose_answer", "/key-list"),
    ],
)
def test_after_any_cut_the_same_command_goes_on_with_the_same_application(
    network: Network, node: NodeWorld, invite: str, fault: str, at: str
) -> None:
    network.transport.plan(fault, at=at)  # type: ignore[arg-type]
    with pytest.raises(PeerUnreachable):
        node.join(invite)
    assert node.join(invite)["state"] == "probation"
    assert len({one.body for one in network.transport.asked("/applications")}) == 1
    assert network.hub.state(node.slug) == "probation"


def test_a_profile_that_the_hub_does_not_take_may_be_put_right(network: Network, node: NodeWorld, invite: str) -> None:
    def pickier(_method: str, path: str, answer: Answer) -> Answer:
        problem = {"type": PROBLEM_BASE + "invalid", "errors": [{"pointer": "/profile/web", "detail": "No."}]}
        return Answer(422, {}, json.dumps(problem).encode()) if path.endswith("/applications") else answer

    network.transport.tamper = pickier
    assert refused_slug(node, invite) == "invalid"
    assert identities(node) == 0


def test_a_node_of_one_space_does_not_become_another(network: Network, node: NodeWorld, invite: str) -> None:
    node.join(invite)
    with pytest.raises(AlreadyJoined):
        node.join(network.hub.invite("another-space"))


def test_a_second_invite_replaces_one_that_never_worked(network: Network, node: NodeWorld, invite: str) -> None:
    network.transport.plan("drop_request", at="/applications")
    with pytest.raises(PeerUnreachable):
        node.join(invite)
    assert node.join(network.hub.invite(node.slug))["state"] == "probation"


def test_a_clock_five_minutes_off_fails_the_self_test_until_it_is_right(network: Network, node: NodeWorld, invite: str) -> None:
    network.transport.skew_seconds = 400
    with pytest.raises(SelfTestFailed, match="clock-skew"):
        node.join(invite)
    assert network.hub.state(node.slug) == "applied"
    with pytest.raises(ClockWrong):
        node.join(invite)
    network.transport.skew_seconds = 45
    assert node.join(invite)["state"] == "probation"
