"""The runner of the tiers: what it plans, and how it counts."""

from dataclasses import replace

import pytest

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


def test_the_last_line_is_the_sum_alone(capsys) -> None:
    print_summary({"unit": Result(passed=3), "api": Result(passed=2, failed=1)}, 61.0)
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "5 passed, 1 failed"
    assert "in 1 min 1 s, several at a time" in lines


def test_the_tiers_that_share_a_session_are_named_together() -> None:
    assert PAIR.name == "unit api"
    assert IN_PROCESS.name.split()[0] == "property"


def test_only_tiers_that_wait_for_a_database_get_more_processes_than_there_are_cores() -> None:
    alone = [replace(IN_PROCESS, tiers=tuple(tier for tier in IN_PROCESS.tiers if tier.name == name)) for name in ("unit", "api")]
    assert [session.processes for session in (*alone, IN_PROCESS)] == [2, 3, 3]
