"""The product's own files, for the tests that read code instead of running it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("federation", "space_node")
PRODUCT = ("shared", *SERVICES, "demo")

Fault = Callable[[ast.AST], str | None]


@cache
def modules(*packages: str) -> tuple[Path, ...]:
    """Every Python file of the packages, relative to the checkout, in order."""
    return tuple(sorted(p.relative_to(ROOT) for name in packages for p in (ROOT / name).rglob("*.py")))


@cache
def files(pattern: str, *folders: str) -> tuple[Path, ...]:
    """Every file of that pattern in the folders, relative to the checkout."""
    return tuple(sorted(p.relative_to(ROOT) for name in folders for p in (ROOT / name).rglob(pattern)))


@cache
def text(path: Path) -> str:
    """What a file of the checkout says."""
    return (ROOT / path).read_text("utf-8")


@cache
def tree(path: Path) -> ast.Module:
    """A file of the checkout, parsed."""
    return ast.parse(text(path), str(path))


def lines(path: Path) -> int:
    """How long a file is."""
    return text(path).count("\n")


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """The modules that a file imports, absolute, with the line: `from a.b import c` is `a.b` and `a.b.c`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def dotted(node: ast.AST) -> str:
    """`a.b.c` of an attribute or a name; a call or an index inside it becomes an empty part."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def found(paths: Iterable[Path], fault: Fault, *, but: Iterable[str] = ()) -> list[str]:
    """`file:line: fault` for every node that the function finds fault with, outside the files excepted by pattern."""
    return [
        f"{path}:{getattr(node, 'lineno', 1)}: {said}"
        for path in paths
        if not any(path.match(pattern) for pattern in but)
        for node in ast.walk(tree(path))
        if (said := fault(node))
    ]
