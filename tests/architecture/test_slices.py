"""What import-linter cannot say: the rooms a slice may have, and which rooms of another slice may be seen (DESIGN §5)."""

import ast
import re
import sys
import tomllib

import grimp
import pytest

from tests.support.sources import PRODUCT, ROOT, SERVICES, found, imported, modules

LAYOUT = ROOT / "docs" / "explanation" / "package-layout.md"
TOP = {"__main__", "cli", "app", "config", "db", "wire", "worker", "migrations"}
ROOMS = {
    *("errors", "rules", "models", "schemas", "queries", "service"),
    *("api", "pages", "handlers", "reconcilers", "cli"),
}
OPEN_ROOMS = {"service", "queries", "errors"}
CALLERS = ROOMS - {"errors", "rules", "models", "schemas"}
EDGES = {"api", "pages", "cli"}
WEB = {"flask", "werkzeug", "requests", "flask_smorest"}
# What a pure decision has no need of: the time, chance and the world are handed to it.
IMPURE = {
    *("asyncio", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil", "socket"),
    *("sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid"),
}

Room = tuple[str, str, str]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PRODUCT, include_external_packages=True, cache_dir=None)


def split(module: str) -> Room | None:
    """'federation.spaces.service' → its service, slice and room; None for anything that is no room of a slice."""
    service, *rest = module.split(".")
    if service not in SERVICES or len(rest) < 2 or rest[0] in TOP:
        return None
    return service, rest[0], rest[1]


def crossings(graph: grimp.ImportGraph) -> list[tuple[str, Room, str, Room]]:
    """Every import from a room of one slice into a room of another."""
    pairs = [(a, b) for a in sorted(graph.modules) for b in sorted(graph.find_modules_directly_imported_by(a))]
    return [(a, here, b, there) for a, b in pairs if (here := split(a)) and (there := split(b)) and here[:2] != there[:2]]


def test_a_slice_has_only_rooms_with_the_known_names(graph) -> None:
    assert {m for m in graph.modules if (room := split(m)) and room[2] not in ROOMS} == set()


def test_a_slice_is_used_through_its_rooms_and_hides_nothing_in_its_own_init() -> None:
    inits = [path for path in modules(*SERVICES) if path.name == "__init__.py" and len(path.parts) == 3]
    assert found(inits, lambda node: "code" if isinstance(node, ast.stmt) and not isinstance(node, ast.Expr) else None) == []


def test_every_slice_and_no_other_stands_in_the_description_of_the_packages() -> None:
    about_slices = LAYOUT.read_text().partition("## Slices")[2].partition("## Rooms")[0]
    told = re.findall(r"^\| `(\w+)` \|", about_slices, re.MULTILINE)
    there = [path.parent.name for service in SERVICES for path in (ROOT / service).glob("*/__init__.py")]
    assert sorted(told) == sorted(name for name in there if name not in TOP)


def test_a_slice_shows_others_only_its_service_its_queries_and_its_refusals(graph) -> None:
    trespasses = [f"{a} → {b}" for a, here, b, there in crossings(graph) if there[2] not in OPEN_ROOMS or here[2] not in CALLERS]
    assert trespasses == []


def test_a_read_of_one_slice_calls_no_writer_of_another(graph) -> None:
    assert [f"{a} → {b}" for a, here, b, there in crossings(graph) if (here[2], there[2]) == ("queries", "service")] == []


def test_only_the_edges_of_a_slice_know_the_web(graph) -> None:
    quiet = [m for m in sorted(graph.modules) if (room := split(m)) and room[2] not in EDGES]
    assert [m for m in quiet if graph.find_modules_directly_imported_by(m) & WEB] == []


def test_rules_are_handed_the_time_the_chance_and_the_world() -> None:
    faults = []
    for path in modules(*SERVICES):
        if (room := split(".".join(path.with_suffix("").parts))) and room[2] == "rules":
            outside = {*sys.stdlib_module_names, "shared", *SERVICES}
            names = {(line, name.split(".")[0]) for line, name in imported(path)}
            faults += [f"{path}:{line}: {name}" for line, name in names if name in IMPURE or name not in outside]
    assert faults == []


def test_the_words_of_the_states_rest_on_nothing_of_ours() -> None:
    paths = [p for p in modules("shared") if p.match("shared/protocol/*states.py")]
    named = {
        path.name: [name for _, name in imported(path) if name.split(".")[0] not in sys.stdlib_module_names] for path in paths
    }
    assert named == {"states.py": [], "people_states.py": []}


def test_every_package_of_the_product_is_under_the_import_contracts() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    packages = {
        folder.name for folder in ROOT.iterdir() if (folder / "__init__.py").exists() and folder.name not in {"tests", "tools"}
    }
    assert set(config["importlinter"]["root_packages"]) == packages
    assert packages == {*PRODUCT, "bench"}
