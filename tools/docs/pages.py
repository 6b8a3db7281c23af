"""The list of generated pages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tools.docs import ROOT, asvs, commands, configuration, edge_cases, messages, personal_data, planted_bugs, problems, words


def generate() -> dict[Path, str]:
    """Every generated page as it should be, by its path in the repository."""
    makers = (asvs, commands, configuration, edge_cases, messages, personal_data, planted_bugs, problems, words)
    return {path: text for maker in makers for path, text in maker.generate().items()}


def stale(wanted: Mapping[Path, str]) -> list[Path]:
    """Pages of problems that no code can answer any more."""
    held = (path.relative_to(ROOT) for path in (ROOT / problems.FOLDER).glob("*.md"))
    return sorted(path for path in held if path not in wanted)
