"""One word, one meaning: every kind of thing that is stored has its entry in the glossary (DESIGN §2)."""

import ast
import re
from pathlib import Path

import pytest

from tests.support.sources import SERVICES, modules, text, tree

GLOSSARY = Path("docs/glossary.md")


def stored_things(service: str) -> list[str]:
    """The classes with a table, by name."""
    return sorted(
        node.name
        for path in modules(service)
        if path.name in {"models.py", "db.py"} or path.parent.name == "models"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and _has_table(node)
    )


def _has_table(node: ast.ClassDef) -> bool:
    names = [t.id for stmt in node.body if isinstance(stmt, ast.Assign) for t in stmt.targets if isinstance(t, ast.Name)]
    return "__tablename__" in names


def words(name: str) -> str:
    """ "StatusList" → "status list"."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()


@pytest.mark.parametrize("service", SERVICES)
def test_every_stored_thing_is_in_the_glossary(service) -> None:
    things = stored_things(service)
    assert things, f"no class with a table was found in {service}"
    said = text(GLOSSARY).lower()
    assert [thing for thing in things if words(thing) not in said and f"`{thing.lower()}`" not in said] == []
