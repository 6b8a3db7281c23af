"""Nothing grows past what one can read at a sitting (DESIGN §5): the hard caps."""

import ast

import pytest

from tests.support.sources import PRODUCT, ROOT, SERVICES, files, found, lines, modules

MODULE, FUNCTION, SLICE, TEMPLATE, TEST_FILE, PARAMETERS = 300, 50, 1500, 150, 400, 7
SLICES = sorted(
    folder.relative_to(ROOT)
    for service in SERVICES
    for folder in (ROOT / service).iterdir()
    if (folder / "__init__.py").exists() and folder.name != "migrations"
)


def test_no_module_is_longer_than_its_cap() -> None:
    assert {str(p): lines(p) for p in modules(*PRODUCT, "bench", "tools") if lines(p) > MODULE} == {}


def test_no_file_of_tests_is_longer_than_its_cap() -> None:
    assert {str(p): lines(p) for p in modules("tests") if lines(p) > TEST_FILE} == {}


def test_no_template_is_longer_than_its_cap() -> None:
    assert {str(p): lines(p) for p in files("*.html", *PRODUCT) if lines(p) > TEMPLATE} == {}


@pytest.mark.parametrize("folder", SLICES, ids=str)
def test_no_slice_is_longer_than_its_cap(folder) -> None:
    assert sum(lines(p) for p in modules(str(folder))) <= SLICE


def test_no_function_is_longer_than_its_cap() -> None:
    def long(node: ast.AST) -> str | None:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return None
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        return f"{node.name} has {length} lines" if length > FUNCTION else None

    # A migration is a list of tables, not a thought to follow.
    assert found(modules(*PRODUCT, "bench", "tools", "tests"), long, but=["migrations/versions/*.py"]) == []


def test_no_function_takes_more_positional_parameters_than_one_can_keep_apart() -> None:
    def greedy(node: ast.AST) -> str | None:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return None
        count = len(node.args.posonlyargs) + len(node.args.args)
        return f"{node.name} takes {count} parameters by position" if count > PARAMETERS else None

    assert found(modules(*PRODUCT, "bench", "tools"), greedy) == []
