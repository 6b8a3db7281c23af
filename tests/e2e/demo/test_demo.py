"""`make demo-check` on other ports and in a folder of its own: the whole story, and what it leaves behind."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from demo import keeper, ports
from demo.keeper import end_all, is_alive
from demo.network import Occupied, network
from demo.ports import free_ports, is_free
from tests.support.waiting import wait_until

ROOT = Path(__file__).resolve().parents[3]
FIRST_PORT = 9_600
# Alone on two cores it takes a minute; a test that hangs is ended after five.
MOST_SECONDS = 280
FACTS = {
    "invites_printed", "joined_nyc", "joined_london", "probation_nyc", "one_operator_is_not_enough", "both_spaces_active",
    "terms_proposed", "terms_agreed", "members_imported_nyc", "members_imported_london", "credits_granted",
    "booking_answered_on_the_same_page", "expected_at_the_door", "scan_is_green", "checked_in", "credits_posted", "hub_is_gone",
    "offline_check_in", "offline_walk_in", "asked_while_the_hub_is_away", "converged_by_itself", "everybody_is_paid_once",
    "event_published", "cohost_accepted", "each_on_its_own_clocks", "seat_answered_on_the_same_page",
    "seat_told_by_mail_with_its_calendar", "last_seat_goes_to_one",
    "the_other_is_first_in_line", "seat_goes_to_the_next", "guest_on_the_door_list", "replay_has_nobody_of_then",
    "both_statements_are_one", "trial_balance_is_zero", "audit_passes", "unknown_invite_refused", "used_invite_refused",
    "past_day_refused", "last_desk_goes_to_one", "no_credit_refused", "double_click_is_one_trip", "another_members_trip_is_404",
    "healthz_hub", "readyz_london", "no_personal_data_at_the_hub", "no_errors_in_the_logs", "no_process_is_left",
    "ports_are_free_again",
}  # fmt: skip


def demo(*words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "demo", *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def said_by(process: "subprocess.Popen[str]") -> tuple[int, str]:
    try:
        said, _ = process.communicate(timeout=MOST_SECONDS)
    except subprocess.TimeoutExpired:
        process.terminate()
        said, _ = process.communicate()
    finally:
        process.kill()
    return process.returncode, said


def test_the_whole_story_is_true(tmp_path) -> None:
    code, said = said_by(demo("--check", "--folder", str(tmp_path), "--port", str(FIRST_PORT)))
    assert code == 0, said[-4000:]
    assert len(said.splitlines()) <= 75
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    assert summary["passed"]
    assert FACTS - summary["facts"].keys() == set()
    assert all(fact["true"] and fact["at_seconds"] > 0 for fact in summary["facts"].values())
    assert all(step["seconds"] >= 0 and step["step"] for step in summary["steps"])


def test_files_of_somebody_else_are_left_alone_and_the_summary_says_that_it_failed(tmp_path) -> None:
    # Somebody else's files are where the demo would keep its own.
    (tmp_path / "check").mkdir()
    (tmp_path / "check" / "thesis.txt").write_text("not ours")
    code, said = said_by(demo("--check", "--folder", str(tmp_path), "--port", str(FIRST_PORT)))
    assert code == 1
    assert "has files that the demo did not make" in said
    assert (tmp_path / "check" / "thesis.txt").read_text() == "not ours"
    assert json.loads((tmp_path / "summary.json").read_text())["passed"] is False


def test_two_demos_do_not_share_a_folder(tmp_path) -> None:
    with (
        network(tmp_path / "live", FIRST_PORT),
        pytest.raises(Occupied, match=f"process {os.getpid()}"),
        network(tmp_path / "live", FIRST_PORT),
    ):
        pass


def test_a_folder_is_made_anew_each_time(tmp_path) -> None:
    for _ in range(2):
        with network(tmp_path / "live", FIRST_PORT) as made:
            assert not (made.folder / "left.txt").exists()
            (made.folder / "left.txt").touch()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_however_the_demo_ends_its_services_end_with_it(tmp_path, ending) -> None:
    command = [sys.executable, "-m", "demo", "--folder", str(tmp_path), "--port", str(FIRST_PORT)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            hub = tmp_path / "live" / "hub.log"
            wait_until(lambda: hub.exists() and "is ready on" in hub.read_text(), seconds=90)
            process.send_signal(ending)
            process.wait(60)
        finally:
            process.kill()
    wait_until(lambda: all(is_free(port) for port in range(FIRST_PORT, FIRST_PORT + 3)))


def test_what_does_not_end_when_asked_is_ended() -> None:
    script = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, start_new_session=True) as child:
        assert child.stdout is not None
        child.stdout.readline()
        end_all([child.pid], grace_seconds=0.2)
        assert child.wait(10) == -signal.SIGKILL
    assert not is_alive(child.pid)
    keeper.send(child.pid, signal.SIGTERM)


def test_a_port_on_which_somebody_listens_is_not_free() -> None:
    (port,) = free_ports(1, FIRST_PORT)
    with socket.create_server((ports.HOST, port)):
        assert not is_free(port)
        assert free_ports(1, port) != [port]
    assert is_free(port)
