"""docs/reference/problems/: a page for every problem type, since its address is the `type` of the answer (RFC 9457).

The head of a page comes from the code. What stands below the line is written by hand and kept; a new page gets the
sentence of the class to start with.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from shared import problems
from shared.errors import Refusal
from tools.docs import MADE_BY, ROOT, cell, import_product

FOLDER = Path("docs/reference/problems")
PARAMETER = re.compile(r"%\((\w+)\)[sd]")
LINE = "<!-- Below this line it is written by hand. -->"


@dataclass(frozen=True)
class Problem:
    """What the code says of one problem type."""

    slug: str
    title: str
    sentence: str
    status: int
    said_by: str
    means: str


def generate() -> dict[Path, str]:
    """Every page and the list of them, by path."""
    known = sorted(collect(), key=lambda problem: (problem.status, problem.slug))
    pages = {FOLDER / f"{problem.slug}.md": _page(problem) for problem in known}
    return {FOLDER / "README.md": _index(known), **pages}


def collect() -> list[Problem]:
    """Every refusal that a module of the product defines, and the framework's own."""
    for _ in import_product():
        pass
    out = [
        Problem(
            slug=slug,
            title=str(kind.title),
            sentence=str(kind.sentence),
            status=problems.status_of(kind),
            said_by=_said_by(kind.__module__),
            means=inspect.getdoc(kind) or str(kind.sentence),
        )
        for slug, kind in Refusal.registry.items()
        if kind.__module__.split(".")[0] in ("shared", "federation", "space_node")
    ]
    for status, (slug, title, sentence) in problems._FRAMEWORK.items():
        out.append(Problem(slug, title, sentence, status, "hub and nodes", sentence))
    for status, (slug, title, sentence) in ((500, problems._INTERNAL), (400, problems._REFUSED)):
        out.append(Problem(slug, title, sentence, status, "hub and nodes", sentence))
    return out


def _said_by(module: str) -> str:
    return {"federation": "the hub", "space_node": "a node"}.get(module.partition(".")[0], "hub and nodes")


def _index(known: list[Problem]) -> str:
    rows = [f"| {p.status} | [`{p.slug}`]({p.slug}.md) | {cell(p.title)} | {p.said_by} |" for p in known]
    return "\n".join(
        [
            "# Problems",
            "",
            MADE_BY,
            "",
            "Every refusal has a word that programs decide by. On the wire it ends the `type` of the answer",
            f"(`{problems.PROBLEM_BASE}<word>`, RFC 9457); a page shows its title and sentence in the reader's language.",
            "",
            "| status | problem | title | said by |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _page(problem: Problem) -> str:
    status = HTTPStatus(problem.status)
    spoken = PARAMETER.sub(r"*\1*", problem.sentence)
    head = [
        f"# {problem.title}",
        "",
        MADE_BY,
        "",
        "| | |",
        "|---|---|",
        f"| type | `{problems.PROBLEM_BASE}{problem.slug}` |",
        f"| status | {status.value} {status.phrase} |",
        f"| said by | {problem.said_by} |",
        f"| sentence | {cell(spoken)} |",
        "",
        LINE,
    ]
    return "\n".join(head) + (_by_hand(problem.slug) or f"\n\n{problem.means.strip()}\n")


def _by_hand(slug: str) -> str:
    path = ROOT / FOLDER / f"{slug}.md"
    return path.read_text("utf-8").partition(LINE)[2] if path.exists() else ""
