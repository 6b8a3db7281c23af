"""The runner of the tiers: what it plans, how it counts, when it gives up on a command."""

import sys

import pytest

from tests.run import Result, count, planned, print_summary, run_bounded
from tests.tiers import ROOT, TIERS

REPORT = """<testsuites><testsuite>
<testcase classname="a" name="good"/>
<testcase classname="a" name="wrong"><failure message="no"/></testcase>
<testcase classname="a" name="broken"><error message="no"/></testcase>
<testcase classname="a" name="left out"><skipped message="later"/></testcase>
</testsuite></testsuites>"""


def names(*chosen, fast=False):
    return [name for name, _ in planned(list(chosen) or None, fast=fast)]


def test_everything_is_linted_first_and_measured_last() -> None:
    assert names() == ["lint", *(tier.name for tier in TIERS), "coverage"]


def test_a_choice_runs_only_what_was_chosen() -> None:
    assert names("unit") == ["unit"]
    assert names("lint", "e2e") == ["lint", "e2e"]


def test_the_fast_run_starts_no_processes() -> None:
    slow = {tier.name for tier in TIERS if tier.starts_processes}
    assert slow
    assert not slow & {*names(fast=True)}


def test_every_tier_has_its_folder() -> None:
    assert {tier.name for tier in TIERS if not (ROOT / "tests" / tier.name).is_dir()} == set()


def test_a_skipped_test_counts_as_failed_and_is_named(tmp_path) -> None:
    report, result = tmp_path / "unit.xml", Result()
    report.write_text(REPORT)
    count(report, result)
    assert (result.passed, result.failed) == (1, 3)
    assert result.reasons == ["skipped: a::left out: later"]


def test_a_run_without_a_report_has_counted_nothing(tmp_path) -> None:
    result = Result()
    count(tmp_path / "none.xml", result)
    assert (result.passed, result.failed) == (0, 0)


@pytest.mark.parametrize("code", [0, 3])
def test_a_command_gives_its_exit_code(code) -> None:
    assert run_bounded([sys.executable, "-c", f"raise SystemExit({code})"], 30) == code


def test_a_command_that_takes_too_long_is_ended() -> None:
    assert run_bounded([sys.executable, "-c", "import time; time.sleep(60)"], 1) is None


def test_the_last_line_is_the_sum_alone(capsys) -> None:
    print_summary([("unit", Result(passed=3), 1.0), ("api", Result(passed=2, failed=1), 2.0)])
    assert capsys.readouterr().out.splitlines()[-1] == "5 passed, 1 failed"
