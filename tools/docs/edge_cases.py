"""docs/reference/event-edge-cases.md: what can go wrong with events, by number, and the tests that name the number.

The words are in `event-edge-cases.txt` beside this. A test says "Edge case 7: …" or "Edge cases 56, 57 and 63: …" in its
docstring; a case that no test names, or not all of it, has a line "Not yet: …" or "Not here: …" that says why.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.docs import MADE_BY, ROOT, cell

PAGE = Path("docs/reference/event-edge-cases.md")
SOURCE = Path(__file__).with_name("event-edge-cases.txt")
CASE = re.compile(r"(\d+)\. (.+)")
REASON = re.compile(r" +(Not yet|Not here): (.+)")
NAMED = re.compile(r"[Ee]dge cases? ((?:\d+(?:, and |, | and |[-–])?)+)")
SPAN = re.compile(r"(\d+)(?:[-–](\d+))?")
HEAD = """
What other software for events gets wrong, and what this does about it. Each case has a number that never changes, and the
tests that prove it say the number. Where a case is not proven, or only in part, [the last section](#not-proven) says so.
"""
TAIL = """
"Not yet" is missing. "Not here" cannot come up, because of how the network is built.
"""


@dataclass
class Case:
    """One thing that can go wrong, and why it is not proven, if it is not."""

    number: int
    part: str
    words: str
    kind: str = ""
    reason: str = ""


def generate() -> dict[Path, str]:
    """The page, by its path."""
    cases, tests = read_cases(), proofs()
    out = ["# Edge cases of events", "", MADE_BY, HEAD.rstrip()]
    for part in dict.fromkeys(case.part for case in cases):
        out += ["", f"## {part}", "", "| no. | case | proven by |", "|---|---|---|"]
        out += [f"| {c.number} | {cell(c.words)} | {_links(tests[c.number])} |" for c in cases if c.part == part]
    short = [f"| {c.number} | {_how_much(c, tests)} | {c.reason} |" for c in cases if c.kind or not tests[c.number]]
    out += [
        "",
        "## Not proven",
        *([TAIL, "| no. | what | why |", "|---|---|---|", *short] if short else ["", "None: every case has its test."]),
    ]
    return {PAGE: "\n".join(out) + "\n"}


def read_cases() -> list[Case]:
    """All of them, in order."""
    out: list[Case] = []
    part = ""
    for line in SOURCE.read_text("utf-8").splitlines():
        if line.startswith("# "):
            part = line.removeprefix("# ")
        elif found := CASE.fullmatch(line):
            out.append(Case(int(found[1]), part, found[2]))
        elif found := REASON.fullmatch(line):
            out[-1].kind, out[-1].reason = found[1], found[2]
        elif line:
            raise ValueError(f"{SOURCE}: {line}")
    return out


def proofs() -> dict[int, list[tuple[Path, str]]]:
    """By number: the tests that name it, with the file that they are in."""
    out: dict[int, list[tuple[Path, str]]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name, said in _said_by_tests(ast.parse(path.read_text("utf-8"))):
            for number in sorted(numbers(said)):
                out[number].append((path.relative_to(ROOT), name))
    return out


def numbers(said: str) -> set[int]:
    """The cases that a docstring names."""
    spans = [span for found in NAMED.findall(" ".join(said.split())) for span in SPAN.findall(found)]
    return {number for first, last in spans for number in range(int(first), int(last or first) + 1)}


def _said_by_tests(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name, ast.get_docstring(node) or ""


def _links(tests: list[tuple[Path, str]]) -> str:
    return "<br>".join(f"[{name.removeprefix('test_')}](../../{path})" for path, name in tests)


def _how_much(case: Case, tests: dict[int, list[tuple[Path, str]]]) -> str:
    return f"{case.kind}, in part" if tests[case.number] else case.kind
