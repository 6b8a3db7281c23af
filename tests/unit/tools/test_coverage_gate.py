"""The gate over coverage: where every line counts, what it says of the missing ones, when it opens."""

import json

import pytest

from tests.coverage.gate import FileCover, faults, overall, read


def entry(*, reached=(), lines=(), took=(), jumps=()):
    jumped = {"executed_branches": [list(jump) for jump in took], "missing_branches": [list(jump) for jump in jumps]}
    return {"executed_lines": list(reached), "missing_lines": list(lines), **jumped}


def report(tmp_path, *processes, sources=()):
    for number, files in enumerate(processes):
        named = {f"{name.replace('__', '/')}.py": said for name, said in files.items()}
        meta = {"software": "slipcover", "branch_coverage": True}
        (tmp_path / f"{number}.json").write_text(json.dumps({"meta": meta, "files": named}))
    return {cover.path: cover for cover in read(tmp_path, [*sources])}


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
    said = entry(reached=[1, 2, 6, 7, 12], lines=[3, 4, 5, 10], took=[(2, 6)], jumps=[(2, 7), (6, 0), (7, 10)])
    cover = report(tmp_path, {"demo__x": said})["demo/x.py"]
    assert (cover.reached, cover.total, cover.missing) == (6, 13, "3-5, 10, 2→7, 6→end")


def test_a_missing_branch_alone_is_less_than_all(tmp_path) -> None:
    cover = report(tmp_path, {"shared__x": entry(reached=range(1, 11), took=[(2, 3)], jumps=[(2, 4)])})["shared/x.py"]
    assert (cover.reached, cover.total, cover.missing) == (11, 12, "2→4")
    assert faults([cover])[1] == "    shared/x.py: 91.7 %: 2→4"


def test_what_one_process_missed_another_may_have_reached(tmp_path) -> None:
    one = entry(reached=[1, 2], lines=[3], took=[(1, 2)], jumps=[(1, 3)])
    other = entry(reached=[1, 3], lines=[2], took=[(1, 3)], jumps=[(1, 2)])
    cover = report(tmp_path, {"shared__x": one}, {"shared__x": other})["shared/x.py"]
    assert (cover.reached, cover.total) == (5, 5)


def test_a_file_that_never_ran_counts_and_is_not_told_line_by_line(tmp_path) -> None:
    (tmp_path / "lonely.py").write_text("answer = 42\nif answer:\n    print(answer)\n")
    [cover] = report(tmp_path, sources=[str(tmp_path)]).values()
    assert (cover.reached, cover.total, cover.missing) == (0, 5, "nothing of it ran")
