"""Lanes run their commands side by side, tell how each ended, and give up on them in time."""

import os
import sys
import time

import pytest

from tests.lanes import Step, run_lanes


def python(code, name="one", limit=30.0):
    """A step, and the list of the exit codes it is told."""
    told = []
    return Step(name, [sys.executable, "-c", code], limit, told.append), told


def run(tmp_path, *lanes):
    run_lanes(lanes, cwd=tmp_path, env={"GREETING": "good day"}, logs=tmp_path)


def test_a_step_is_told_its_exit_code_and_the_next_of_its_lane_follows(tmp_path) -> None:
    first, told_first = python("import os; open('place', 'w').write(os.environ['GREETING']); raise SystemExit(3)")
    second, told_second = python("assert open('place').read() == 'good day'")
    run(tmp_path, [first, second])
    assert (told_first, told_second) == ([3], [0])


def test_lanes_run_side_by_side(tmp_path) -> None:
    meet = "import pathlib, time\npathlib.Path({mine!r}).touch()\nwhile not pathlib.Path({other!r}).exists(): time.sleep(0.01)"
    one, told_one = python(meet.format(mine="a", other="b"), "one")
    other, told_other = python(meet.format(mine="b", other="a"), "other")
    run(tmp_path, [one], [other])
    assert (told_one, told_other) == ([0], [0])


def test_what_a_second_lane_says_comes_when_it_has_ended(tmp_path, capfd) -> None:
    quiet, _ = python("pass", "quiet")
    loud, _ = python("import sys; print('beside', flush=True); print('and wrong', file=sys.stderr)", "loud one")
    run(tmp_path, [quiet], [loud])
    assert "── loud one (ran beside) ──\nbeside\nand wrong" in capfd.readouterr().out
    assert (tmp_path / "loud-one.log").read_text().startswith("beside")


def test_a_step_that_takes_too_long_is_ended(tmp_path) -> None:
    slow, told = python("import time; time.sleep(60)", limit=0.2)
    started = time.monotonic()
    run(tmp_path, [slow])
    assert told == [None]
    assert time.monotonic() - started < 30


def test_what_runs_beside_is_ended_when_the_run_is_broken_off(tmp_path) -> None:
    def broken(_code):
        raise KeyboardInterrupt

    endless = "import os, pathlib, time; pathlib.Path('pid').write_text(str(os.getpid())); time.sleep(60)"
    wait = "import pathlib, time\nwhile not pathlib.Path('pid').exists() or not pathlib.Path('pid').read_text(): time.sleep(0.01)"
    first = Step("first", [sys.executable, "-c", wait], 30, broken)
    second, told = python(endless, "second")
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, [first], [second])
    assert told == []
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
