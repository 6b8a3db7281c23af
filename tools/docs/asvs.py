"""docs/reference/asvs.md: rules of OWASP's ASVS 5.0 that matter here, how far each is met, and the tests that prove it.

The rules are in `asvs.txt` beside this, one a line: number, words, verdict, tests, and a reason where the verdict needs one.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from tools.docs import MADE_BY, ROOT, cell

PAGE = Path("docs/reference/asvs.md")
SOURCE = Path(__file__).with_name("asvs.txt")
VERDICTS = ("met", "in part", "not yet", "not relevant")
HEAD = """
The rules of OWASP's [Application Security Verification Standard](https://owasp.org/www-project-application-security-verification-standard/)
5.0, levels 1 and 2, that matter for software like this, in our own words, under the standard's numbers. What is met is proven
by a test; the others say why not.
"""


@dataclass(frozen=True)
class Rule:
    """One rule of the standard, and how it stands here."""

    number: str
    part: str
    words: str
    verdict: str
    tests: tuple[str, ...]
    reason: str


def generate() -> dict[Path, str]:
    """The page, by its path."""
    rules, places = read_rules(), test_places()
    out = ["# Security rules", "", MADE_BY, HEAD.rstrip(), "", *_sums(rules)]
    for part in dict.fromkeys(rule.part for rule in rules):
        out += ["", f"## {part}", "", "| no. | rule | verdict | proof, or why not |", "|---|---|---|---|"]
        out += [
            f"| {rule.number} | {cell(rule.words)} | {rule.verdict} | {_proof(rule, places)} |"
            for rule in rules
            if rule.part == part
        ]
    return {PAGE: "\n".join(out) + "\n"}


def read_rules() -> list[Rule]:
    """All of them, in order. Raises ValueError for a line that is none."""
    out: list[Rule] = []
    part = ""
    for line in SOURCE.read_text("utf-8").splitlines():
        if line.startswith("# "):
            part = line.removeprefix("# ")
            continue
        number, words, verdict, tests, *reason = (field.strip() for field in line.split(" | "))
        named = () if tests == "-" else tuple(test.strip() for test in tests.split(","))
        out.append(Rule(number, part, words, verdict, named, " ".join(reason)))
    return out


def test_places() -> dict[str, Path]:
    """The file of every test, by its name without `test_`."""
    return {
        node.name.removeprefix("test_"): path.relative_to(ROOT)
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def _sums(rules: list[Rule]) -> list[str]:
    counts = {verdict: sum(rule.verdict == verdict for rule in rules) for verdict in VERDICTS}
    return [f"Of {len(rules)} rules: " + ", ".join(f"{count} {verdict}" for verdict, count in counts.items()) + "."]


def _proof(rule: Rule, places: dict[str, Path]) -> str:
    links = [f"[{test}](../../{places[test]})" for test in rule.tests if test in places]
    return "<br>".join([*links, *filter(None, [cell(rule.reason)])])
