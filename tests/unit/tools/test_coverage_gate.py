"""The gate over coverage: where every line counts, what it says of the missing ones, when it opens."""

import json

import pytest

from tests.coverage_gate import FileCover, faults, overall, read


def entry(*, statements=10, reached=10, lines=(), branches=0, branches_reached=0, jumps=()):
    summary = {
        "num_statements": statements,
        "covered_lines": reached,
        "num_branches": branches,
        "covered_branches": branches_reached,
    }
    return {"summary": summary, "missing_lines": list(lines), "missing_branches": [list(jump) for jump in jumps]}


def report(tmp_path, **files):
    path = tmp_path / "coverage.json"
    path.write_text(json.dumps({"files": {name.replace("__", "/") + ".py": said for name, said in files.items()}}))
    return read(path)


STRICT = (
    *("shared/ids.py", "shared/keys/jws.py", "federation/credits/rules.py", "space_node/uplink/handlers.py"),
    *("space_node/trips/service.py", "federation/bookings/service/seats.py"),
)


@pytest.mark.parametrize("path", STRICT)
def test_where_decisions_are_made_the_gate_closes_sooner(path) -> None:
    first, *named = faults([FileCover(path, 96, 100, "7-10")])
    assert first.startswith("where decisions are made: 96.0 %, must be 100")
    assert named == [f"    {path}: 96.0 %: 7-10"]


def test_elsewhere_more_may_be_missing() -> None:
    assert faults([FileCover("federation/spaces/pages.py", 96, 100, "1-4")]) == []


def test_all_together_must_reach_the_share_and_the_worst_file_is_named_first() -> None:
    files = [FileCover("demo/a.py", 99, 100, "7"), FileCover("demo/b.py", 50, 100, "1-50")]
    first, *named = faults(files)
    assert first.startswith("all together: 74.5 %, must be 95")
    assert [line.split(":")[0].strip() for line in named] == ["demo/b.py", "demo/a.py"]


def test_nothing_measured_is_nothing_reached() -> None:
    assert overall([]) == 0.0
    assert faults([])


def test_missing_lines_are_told_in_runs_and_branches_as_jumps(tmp_path) -> None:
    said = entry(reached=5, lines=[3, 4, 5, 9], branches=4, branches_reached=1, jumps=[(2, 7), (6, -1), (9, 12)])
    assert report(tmp_path, demo__x=said)[0].missing == "3-5, 9, 2→7, 6→end"


def test_a_missing_branch_alone_is_less_than_all(tmp_path) -> None:
    [cover] = report(tmp_path, shared__x=entry(branches=2, branches_reached=1, jumps=[(2, 4)]))
    assert (cover.reached, cover.total, cover.missing) == (11, 12, "2→4")
    assert faults([cover])[1] == "    shared/x.py: 91.7 %: 2→4"


def test_a_file_that_never_ran_is_not_told_line_by_line(tmp_path) -> None:
    [cover] = report(tmp_path, shared__x=entry(reached=0, lines=range(1, 11)))
    assert cover.missing == "nothing of it ran"
