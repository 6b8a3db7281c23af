"""`space-node doctor`: how the node stands with its network, and whether anybody can look after it."""

from collections.abc import Callable

import pytest

from shared.doctor import Found, Level, Patient, examine
from space_node.doctor import CHECKS
from space_node.members import service as members
from space_node.members.service import Role
from space_node.uplink import queries as uplink
from space_node.uplink.service import exchange, outgoing
from tests.support.node import Network, NodeWorld
from tests.support.towns import founded, strangers

network = founded(strangers)
See = Callable[[], dict[str, Found]]


@pytest.fixture
def see(nyc: NodeWorld) -> See:
    return lambda: seen(nyc)


def seen(node: NodeWorld) -> dict[str, Found]:
    return dict(examine(Patient(node.settings, "space_node", node.clock, node.transport), CHECKS))


def levels(found: dict[str, Found]) -> dict[str, str]:
    return {name: str(found[name].level) for name in ("network", "hub", "outbox", "accounts")}


def test_a_node_that_has_joined_and_has_a_manager_is_well(see: See, nyc: NodeWorld) -> None:
    assert see()["accounts"].level is Level.WARNING
    nyc.command(
        lambda session: members.add_account(session, role=Role.MANAGER, email="a@b.test", name="Anna", now=nyc.clock.now())
    )
    assert set(levels(see()).values()) == {"ok"}


def test_a_node_that_has_not_joined_is_told_how(network: Network) -> None:
    found = seen(network.node("new-space"))
    assert levels(found) == {"network": "warning", "hub": "skipped", "outbox": "ok", "accounts": "warning"}
    assert "space-node join" in found["network"].remedy


def test_a_hub_that_is_away_and_one_that_is_another(see: See, nyc: NodeWorld) -> None:
    nyc.transport.cut()
    assert see()["hub"].level is Level.FAULT
    nyc.transport.heal()
    nyc.command(lambda session: setattr(uplink.require_identity(session), "hub_root_thumbprint", "another"))
    assert "another key" in see()["hub"].says


@pytest.mark.parametrize(("seconds", "level"), [(10, "ok"), (40, "warning"), (-400, "fault")])
def test_clocks_that_differ(see: See, nyc: NodeWorld, seconds: int, level: str) -> None:
    nyc.transport.skew_seconds = seconds
    assert levels(see())["hub"] == level


def test_a_suspended_space_and_what_is_parked(see: See, nyc: NodeWorld, network: Network) -> None:
    network.hub.suspend(nyc.slug, "Nobody answers.")
    nyc.do(exchange.poll)
    assert "Nobody answers." in see()["network"].says
    network.hub.reinstate(nyc.slug)
    nyc.do(exchange.poll)
    bad = {"kind": "profile", "method": "PUT", "path": "/fed/v1/self/profile", "body": {}, "subject": "profile"}
    nyc.command(lambda session: outgoing.send(session, now=nyc.clock.now(), **bad))
    assert see()["outbox"].remedy.endswith("space-node parked list")
