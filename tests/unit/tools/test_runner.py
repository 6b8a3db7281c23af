"""The runner of the tiers: what it plans, how it counts, and that it runs commands side by side and gives up on them in time."""

import os
import sys
import time

import pytest

from tests.lanes import Step, run_lanes
from tests.run import Result, chosen_names, conclude, count, planned, print_summary, pytest_steps
from tests.tiers import IN_PROCESS, LANES, ROOT, TIERS, Session, Tier

REPORT = """<testsuites><testsuite>
<testcase classname="tests.unit.test_a" name="good" time="0.5"/>
<testcase classname="tests.unit.test_a" name="wrong" time="0.25"><failure message="no"/></testcase>
<testcase classname="" name="tests.unit.test_broken"><error message="no"/></testcase>
<testcase classname="tests.unit.test_a" name="left out"><skipped message="later"/></testcase>
<testcase classname="tests.api.hub.test_b" name="good" time="2.0"/>
</testsuite></testsuites>"""
PAIR = Session((Tier("unit"), Tier("api")))


def steps(*chosen, fast=False):
    results = {name: Result() for name in chosen_names(chosen, fast=fast)}
    return [[step.name for step in lane] for lane in planned(results, measured=False)]


def python(code, name="one", limit=30.0):
    """A step, and the list of the exit codes it is told."""
    told = []
    return Step(name, [sys.executable, "-c", code], limit, told.append), told


def run(tmp_path, *lanes):
    run_lanes(lanes, cwd=tmp_path, env={"GREETING": "good day"}, logs=tmp_path)


def test_everything_is_run_and_the_checks_open_the_last_lane() -> None:
    assert set(chosen_names(None, fast=False)) == {"lint", *(tier.name for tier in TIERS)}
    *others, last = steps()
    assert others == [[session.name for session in lane] for lane in LANES[:-1]]
    assert last == ["style", "layout", "types", "imports", *(session.name for session in LANES[-1])]


def test_only_a_run_of_everything_measures_and_only_what_counts_for_it() -> None:
    results = {name: Result() for name in chosen_names(None, fast=False)}
    probed = {step.name for lane in planned(results, measured=True) for step in lane if "tests.coverage.plugin" in step.command}
    assert probed == {session.name for lane in LANES for session in lane if session.measured}
    assert not any("tests.coverage.plugin" in step.command for lane in planned(results, measured=False) for step in lane)


def test_a_choice_runs_only_what_was_chosen() -> None:
    assert steps("unit") == [["unit"]]
    assert steps("lint", "e2e") == [["style", "layout", "types", "imports", "e2e"]]


def test_the_fast_run_starts_no_processes() -> None:
    slow = {tier.name for tier in TIERS if tier.starts_processes}
    assert slow
    assert not slow & {*chosen_names(None, fast=True)}


def test_every_tier_has_its_folder() -> None:
    assert {tier.name for tier in TIERS if not (ROOT / "tests" / tier.name).is_dir()} == set()


def test_a_tier_whose_machine_lacks_something_fails_and_the_others_run() -> None:
    lame = Session((Tier("unit"), Tier("api", missing=lambda: "no database: make env")))
    results = {"unit": Result(), "api": Result()}
    assert [step.name for step in pytest_steps(lame, results, measured=False)] == ["unit"]
    assert results["api"].reasons == ["the tier api cannot run: no database: make env"]


def test_tests_count_for_their_tier_and_a_skipped_one_as_failed(tmp_path) -> None:
    report, results = tmp_path / "both.xml", {"unit": Result(), "api": Result()}
    report.write_text(REPORT)
    count(report, results)
    assert (results["unit"].passed, results["unit"].failed, results["unit"].seconds) == (1, 3, 0.75)
    assert (results["api"].passed, results["api"].failed, results["api"].seconds) == (1, 0, 2.0)
    assert results["unit"].reasons == ["skipped: tests.unit.test_a::left out: later"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (None, ["unit api: stopped after 1800 s"]),
        (3, ["the tier unit ran no test (pytest ended with 3)", "the tier api ran no test (pytest ended with 3)"]),
    ],
)
def test_a_session_that_counted_nothing_has_failed(tmp_path, code, said) -> None:
    results = {"unit": Result(), "api": Result()}
    conclude(PAIR, tmp_path / "none.xml", results, code)
    assert [reason for result in results.values() for reason in result.reasons] == said


def test_an_exit_code_that_no_test_explains_is_a_failure(tmp_path) -> None:
    results = {name: Result(passed=1) for name in ("unit", "api")}
    conclude(PAIR, tmp_path / "none.xml", results, 2)
    assert results["unit"].reasons == ["pytest ended with 2 though no test failed"]


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


def test_the_last_line_is_the_sum_alone(capsys) -> None:
    print_summary({"unit": Result(passed=3), "api": Result(passed=2, failed=1)}, 61.0)
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "5 passed, 1 failed"
    assert "in 1 min 1 s, several at a time" in lines


def test_the_tiers_that_share_a_session_are_named_together() -> None:
    assert PAIR.name == "unit api"
    assert IN_PROCESS.name.split()[0] == "property"
