"""The hub as its operators run it: set up, served, its work done beside it, told to stop; what is wrong is said in a line."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from shared.protocol.invite import Invite
from tests.support.crashing import free_port
from tests.support.databases import SERVES, Engine, as_owner, as_servant, empty_database

ROOT = Path(__file__).resolve().parents[3]
STOP_SECONDS = 30
Env = Mapping[str, str]


@pytest.fixture
def env(engine_name: Engine, tmp_path: Path) -> Env:
    """The environment of a hub that has nothing yet."""
    port = free_port()
    own = {
        "DATA_DIR": str(tmp_path / "hub"),
        "DATABASE_URL": empty_database(engine_name, tmp_path),
        "BIND": f"127.0.0.1:{port}",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "METRICS_TOKEN_FILE": str(tmp_path / "metrics-token"),
    }
    return {**os.environ, **own}


def run(env: Env, *words: str) -> subprocess.CompletedProcess[str]:
    """One command, to its end."""
    command = [sys.executable, "-m", "federation", *words]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)


@contextmanager
def running(env: Env, *words: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that goes on until it is told to stop, which it does cleanly."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
    with subprocess.Popen([sys.executable, "-m", "federation", *words], cwd=ROOT, env=env, **pipes) as process:
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=STOP_SECONDS)
            assert (process.returncode, "Traceback" in err) == (0, False), err
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def ready(env: Env, *, reconciled: bool = False) -> dict[str, object]:
    """What the hub says of itself, once it is ready (and its repairs have run)."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            answer = requests.get(f"{env['PUBLIC_URL']}/readyz", timeout=5)
        except requests.ConnectionError:
            answer = None
        if answer is not None and answer.status_code == 200 and ("tell new twins" in answer.text or not reconciled):
            return dict(answer.json())
        time.sleep(0.1)
    raise TimeoutError("the hub is not ready")


def answers_counted(env: Env, token: str, route: str) -> float:
    """How often a route was answered, whichever process answered, and whichever is asked now."""
    page = requests.get(f"{env['PUBLIC_URL']}/metrics", headers={"Authorization": f"Bearer {token}"}, timeout=10)
    assert page.status_code == 200
    samples = [sample for family in text_string_to_metric_families(page.text) for sample in family.samples]
    counts = [one for one in samples if one.name == "twindesk_request_seconds_count" and one.labels["route"] == route]
    return sum(one.value for one in counts)


def let_in(env: Env) -> Env:
    """The tables are made by who owns them; what comes after works under an account that cannot make or change any."""
    done = run({**env, "DATABASE_URL": as_owner(env["DATABASE_URL"])}, "db", "upgrade", "--grant-to", SERVES)
    assert (done.returncode, done.stderr) == (0, "")
    return {**env, "DATABASE_URL": as_servant(env["DATABASE_URL"])}


def test_from_an_empty_folder_to_an_operator_who_invites(env: Env, engine_name: Engine) -> None:
    env = let_in(env) if engine_name == "postgresql" else env
    made = run(env, "init", "--email", "ada@sample.example", "--name", "Ada")
    assert (made.returncode, made.stderr) == (0, "")
    link = made.stdout.strip()
    text = run(env, "spaces", "invite", "cowo-milano", "--name", "Cowo Milano", "--as", "ada@sample.example").stdout
    assert Invite.decode(text).hub == env["PUBLIC_URL"]
    token = Path(env["METRICS_TOKEN_FILE"])
    with ExitStack() as processes:
        processes.enter_context(running(env, "serve"))
        if engine_name == "postgresql":
            processes.enter_context(running(env, "worker"))
        assert ready(env, reconciled=True)["ready"] is True
        assert requests.get(link, timeout=10).status_code == 200
        assert requests.get(f"{env['PUBLIC_URL']}/fed/v1", timeout=10).json()["issuer"] == env["PUBLIC_URL"]
        seen = run(env, "doctor")
        assert (seen.returncode, "fault" in seen.stdout) == (0, False), seen.stdout
        assert re.search(r"^ok +account ", seen.stdout, re.MULTILINE), seen.stdout
        assert [answers_counted(env, token.read_text().strip(), "/welcome/<token>") for _ in range(6)] == [1] * 6


def test_a_hub_that_was_only_upgraded_serves_as_well(env: Env) -> None:
    assert run(env, "db", "upgrade").returncode == 0
    with running(env, "serve"):
        ready(env)
        assert requests.get(f"{env['PUBLIC_URL']}/fed/v1", timeout=10).status_code == 200


def test_what_is_wrong_is_said_in_a_line_and_by_the_exit_code(env: Env) -> None:
    unready = run(env, "serve")
    assert (unready.returncode, "federation db upgrade" in unready.stderr) == (1, True)
    unknown = run({**env, "HUB_NONSENSE": "1", "THREADS": "many"}, "db", "current")
    assert unknown.returncode == 2
    assert "HUB_NONSENSE" in unknown.stderr
    assert "THREADS" in unknown.stderr
    assert run(env, "db", "upgrade").returncode == 0
    refused = run(env, "spaces", "show", "cowo-milano")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "[space-unknown]" in refused.stderr
    assert "Traceback" not in unready.stderr + unknown.stderr + refused.stderr
