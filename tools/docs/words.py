"""docs/reference/words.md: every closed vocabulary of the wire, word by word, from the enums."""

from __future__ import annotations

import inspect
import re
from enum import StrEnum
from pathlib import Path

from shared.protocol import people_states, states
from tools.docs import MADE_BY

PAGE = Path("docs/reference/words.md")
POINTER = re.compile(r" \(DESIGN [^)]*\)")
HEAD = """
One word means one thing: what stands in messages stands in the database, in `--json` answers and in the code as well.
"""


def generate() -> dict[Path, str]:
    """The page, by its path."""
    out = ["# State words and other closed vocabularies", "", MADE_BY, HEAD.rstrip()]
    for name, kind in {**vars(states), **vars(people_states)}.items():
        if inspect.isclass(kind) and issubclass(kind, StrEnum) and kind is not StrEnum:
            about = POINTER.sub("", inspect.getdoc(kind) or "")
            out += ["", f"## {_title(name)}", "", about, "", " · ".join(f"`{word}`" for word in kind)]
    return {PAGE: "\n".join(out) + "\n"}


def _title(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()
