"""docs/reference/configuration.md: every setting of both services, from the fields of their settings classes."""

from __future__ import annotations

from pathlib import Path

from federation.config import HubSettings
from shared import config
from space_node.config import NodeSettings
from tools.docs import MADE_BY, ROOT, cell

PAGE = Path("docs/reference/configuration.md")
SERVICES = (("The hub (`federation`)", HubSettings), ("A node (`space-node`)", NodeSettings))


def generate() -> dict[Path, str]:
    """The page, by its path."""
    out = ["# Configuration", "", MADE_BY, ""]
    out += ["Both services read their settings from the environment. All faults are told in one message."]
    for title, settings in SERVICES:
        out += ["", f"## {title}", "", "| variable | default | what it is |", "|---|---|---|"]
        for row in config.reference(settings):
            default = row.default.replace(f"{ROOT}/", "")
            out.append(f"| `{row.env}` | {cell(default)} | {cell(row.about)}{' Keep it secret.' if row.secret else ''} |")
    return {PAGE: "\n".join(out) + "\n"}
