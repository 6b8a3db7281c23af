"""The commands about the network, as a manager types them."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.messaging.errors import NotParked
from space_node.network.cli import commands
from tests.support.node import Network, NodeWorld, profile_of

JOIN, STATUS, SYNC, PROFILE, TWINNINGS, PARKED = commands


@pytest.fixture
def node(network: Network) -> NodeWorld:
    """A node that has not joined."""
    return network.node("cowo-milano")


@pytest.fixture
def profile(tmp_path: Path) -> str:
    """A profile in a file."""
    file = tmp_path / "profile.json"
    file.write_text(json.dumps(profile_of("cowo-milano")))
    return str(file)


def join_options(profile: str) -> tuple[str, ...]:
    return ("--profile", profile, "--contact", "hello@cowo-milano.test", "--accepted-by", "Anna Bianchi")


def propose_options(partner: str) -> tuple[str, ...]:
    return ("propose", "--with", partner, "--our-price", "1", "--their-price", "1.5", "--set-aside", "2")


def test_join_says_what_took_how_long(network: Network, node: NodeWorld, profile: str) -> None:
    result = node.run(JOIN, network.hub.invite(node.slug), *join_options(profile), "--accept-charter")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[-1] == "cowo-milano has joined Twindesk network and is on probation."
    assert sum(line.startswith("ok ") and line.endswith(" s") for line in lines) >= 8


def test_join_prints_one_json_object(network: Network, node: NodeWorld, profile: str) -> None:
    said = node.run_json(JOIN, network.hub.invite(node.slug), *join_options(profile), "--accept-charter")
    assert (said["joined"], said["space"], said["state"]) == (True, "cowo-milano", "probation")
    assert all(step["passed"] for step in said["steps"])
    assert said["took_seconds"] > 0


def test_a_profile_needs_neither_welcome_nor_notes(network: Network, node: NodeWorld, tmp_path: Path) -> None:
    file = tmp_path / "short.json"
    short = {name: value for name, value in profile_of(node.slug).items() if name not in ("welcome", "access_notes")}
    file.write_text(json.dumps(short))
    said = node.run_json(JOIN, network.hub.invite(node.slug), *join_options(str(file)), "--accept-charter")
    assert said["joined"] is True
    assert node.run_json(PROFILE, "set", str(file)) == {"rev": 2}
    assert node.run_json(STATUS)["parked_count"] == 0


def test_join_shows_the_charter_to_who_has_not_accepted_it(network: Network, node: NodeWorld, profile: str) -> None:
    result = node.run(JOIN, network.hub.invite(node.slug), *join_options(profile))
    assert network.hub.hub.charter.text in result.output
    assert "charter-not-accepted" in str(getattr(result.exception, "slug", ""))


def test_a_failed_join_says_why_as_json_too(network: Network, node: NodeWorld, profile: str) -> None:
    network.transport.cut()
    invite = network.hub.invite(node.slug)
    result = node.run(JOIN, invite, *join_options(profile), "--accept-charter", "--json")
    assert result.exit_code == 1
    said = json.loads(result.stdout)
    assert (said["joined"], said["problem"]["slug"]) == (False, "peer-unreachable")
    assert [(step["name"], step["passed"]) for step in said["steps"]] == [("key-matches-invite", False)]


def test_a_clock_that_is_a_little_off_is_told(network: Network, node: NodeWorld, profile: str) -> None:
    network.transport.skew_seconds = 60
    result = node.run(JOIN, network.hub.invite(node.slug), *join_options(profile), "--accept-charter")
    assert "should be set right" in result.output


def test_status_before_and_after_joining(network: Network, node: NodeWorld, profile: str) -> None:
    assert node.run_json(STATUS)["joined"] is False
    node.join(network.hub.invite(node.slug))
    said = node.run_json(STATUS)
    assert (said["joined"], said["space"], said["state"], said["waiting_count"]) == (True, "cowo-milano", "probation", 0)
    assert "cowo-milano" in node.run(STATUS).output


def test_a_twinning_from_the_command_line(network: Network) -> None:
    nyc, london = network.joined("wecreate-nyc"), network.joined("thecube-london")
    half = ("--our-half", "0.6", "--their-half", "0.8", "--until", "2026-12-31", "--from", "2026-03-03")
    said = nyc.run_json(TWINNINGS, *propose_options("thecube-london"), *half)
    assert (said["answered"], said["waits_for_them"]) == (True, True)
    london.run(SYNC)
    assert "waits for you" in london.run(TWINNINGS, "list").output
    agreed = london.run(TWINNINGS, "agree", "--with", "wecreate-nyc")
    assert agreed.output == "Agreed. You and wecreate-nyc are twins.\n"
    assert nyc.run_json(SYNC)["news_count"] > 0
    (row,) = nyc.run_json(TWINNINGS, "list")
    assert (row["partner"], row["state"], row["believed"]) == ("thecube-london", "active", True)
    assert nyc.run_json(STATUS)["twins"] == ["thecube-london"]


def test_a_proposal_while_the_hub_is_away_is_kept(network: Network) -> None:
    nyc = network.joined("wecreate-nyc")
    network.joined("thecube-london")
    nyc.sync()
    network.transport.cut()
    result = nyc.run(TWINNINGS, *propose_options("thecube-london"))
    assert result.output == "Signed. The hub is away; this is sent as soon as it is back.\n"


def test_a_refused_proposal_fails_with_the_reason(network: Network) -> None:
    nyc, london = network.joined("wecreate-nyc"), network.joined("thecube-london")
    nyc.sync()
    network.hub.suspend(london.slug)
    result = nyc.run(TWINNINGS, *propose_options("thecube-london"))
    assert result.exit_code == 1
    assert "twin-unknown" in result.output
    (row,) = nyc.run_json(PARKED, "list")
    assert (row["what"], row["kind"], row["slug"]) == ("message", "terms-proposal", "twin-unknown")
    assert "terms-proposal" in nyc.run(PARKED, "list").output
    again = nyc.run(PARKED, "retry", "message", str(row["id"]))
    assert (again.exit_code, "twin-unknown" in again.output) == (1, True)
    network.hub.reinstate(london.slug)
    again = nyc.run(PARKED, "retry", "message", str(row["id"]))
    assert (again.exit_code, again.output) == (0, "Tried again.\n")


def test_a_parked_command_is_given_up(network: Network) -> None:
    nyc = network.joined("wecreate-nyc")
    network.joined("thecube-london", admit=False)
    network.hub.suspend("thecube-london")
    nyc.run(TWINNINGS, *propose_options("thecube-london"))
    (row,) = nyc.run_json(PARKED, "list")
    assert nyc.run(PARKED, "discard", "message", str(row["id"])).output == "Given up.\n"
    assert nyc.run_json(PARKED, "list") == []


def test_parked_news_is_managed_by_commands_too(network: Network, node: NodeWorld) -> None:
    node.join(network.hub.invite(node.slug))
    node.do(lambda: node.node.reader.take([{"type": "space.updated", "subject": "space/x"}]))
    (row,) = node.run_json(PARKED, "list")
    assert (row["what"], row["kind"], row["subject"]) == ("news", "space.updated", "space/x")
    again = node.run(PARKED, "retry", "news", str(row["id"]))
    assert (again.exit_code, "still cannot be taken in" in again.output) == (1, True)
    assert node.run(PARKED, "discard", "news", str(row["id"])).output == "Given up.\n"


@pytest.mark.parametrize("what", ["message", "news"])
@pytest.mark.parametrize("step", ["retry", "discard"])
def test_a_number_under_which_nothing_is_parked_is_told(node: NodeWorld, step: str, what: str) -> None:
    assert isinstance(node.run(PARKED, step, what, "999").exception, NotParked)
    for number in ("0", str(10**30)):
        assert "is not in the range" in node.run(PARKED, step, what, number).output


def test_a_profile_from_a_file_reaches_the_hub(network: Network, node: NodeWorld, tmp_path: Path) -> None:
    node.join(network.hub.invite(node.slug))
    changed: dict[str, Any] = profile_of("cowo-milano", city="Roma")
    file = tmp_path / "changed.json"
    file.write_text(json.dumps(changed))
    assert node.run_json(PROFILE, "set", str(file)) == {"rev": 2}
    assert json.loads(node.run(PROFILE, "show").output)["city"] == "Roma"
    file.write_text(json.dumps(changed | {"zone": "Europe/Milano"}))
    assert "/zone" in str(getattr(node.run(PROFILE, "set", str(file)).exception, "errors", ""))
