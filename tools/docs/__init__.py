"""Writes the parts of docs/ that the code knows best: `make docs`. A test compares them with what is in the repository."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("shared", "federation", "space_node")
MADE_BY = "<!-- Written by `make docs` from the code; what stands here by hand is lost. -->"
_STARTS_SOMETHING = ("__main__", "migrations", "gunicorn")


def import_product() -> Iterator[str]:
    """Import every module of the product, so that each class has registered itself, and name them."""
    for name in PACKAGES:
        package = importlib.import_module(name)
        yield name
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not any(part in _STARTS_SOMETHING for part in module.name.split(".")):
                importlib.import_module(module.name)
                yield module.name


def cell(text: str) -> str:
    """Text as it may stand in a cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")
