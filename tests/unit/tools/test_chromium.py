"""Which browser is driven: the one that is named, else the machine's, else the one in the checkout."""

import pytest

from tools import chromium
from tools.chromium import ChromiumMissing, chromium_path, environment


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine that has only what the test puts on it."""
    programs, bundled = tmp_path / "bin", tmp_path / "chromium"
    programs.mkdir()
    bundled.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(chromium, "BUNDLED", bundled)

    def put(path):
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
        return path

    return programs, bundled, put


def test_the_machines_own_browser_comes_first(machine) -> None:
    programs, bundled, put = machine
    put(bundled / "chrome")
    assert chromium_path({}) == bundled / "chrome"
    own = put(programs / "google-chrome")
    assert chromium_path({}) == own


def test_the_one_in_the_checkout_can_be_asked_for(machine) -> None:
    programs, bundled, put = machine
    put(programs / "chromium")
    with pytest.raises(ChromiumMissing):
        chromium_path({"TWINDESK_CHROMIUM": "bundled"})
    put(bundled / "chrome")
    assert chromium_path({"TWINDESK_CHROMIUM": "bundled"}) == bundled / "chrome"


def test_any_other_can_be_named_if_it_is_a_program(machine, tmp_path) -> None:
    named = machine[2](tmp_path / "my-chrome")
    assert chromium_path({"TWINDESK_CHROMIUM": str(named)}) == named
    with pytest.raises(ChromiumMissing, match="names no program"):
        chromium_path({"TWINDESK_CHROMIUM": str(tmp_path / "none")})


def test_a_machine_without_one_is_told_the_command_that_installs_it(machine) -> None:
    with pytest.raises(ChromiumMissing, match="make chromium"):
        chromium_path({})


def test_the_machines_own_browser_runs_in_the_environment_as_it_is(machine) -> None:
    assert environment(machine[0] / "chromium", {"LANG": "it"}) == {"LANG": "it"}


def test_the_one_in_the_checkout_brings_its_libraries_where_they_cannot_be_looked_up(machine) -> None:
    _, bundled, put = machine
    env = environment(put(bundled / "chrome"), {})
    assert env["LD_LIBRARY_PATH"] == str(bundled / "libraries" / "lib")
