"""What the tests reach: probes in the product's own code, put in as it is loaded.

A probe is taken out once it was hit, so a measured run costs little more than another; a tracer follows every line each time.
Every process leaves a report in the folder that `TWINDESK_COVERAGE` names; `gate.py` adds them up.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path

from slipcover import FileMatcher, ImportManager, Slipcover, wrap_spec_from_file_location

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "TWINDESK_COVERAGE"
SOURCES = ["shared", "federation", "space_node", "demo"]
PROCESSES = ["demo", "shared/serving.py", "shared/slow_clients.py"]
"""What runs as a process of its own."""
NEVER_RUN = ["@overload", '^if __name__ == "__main__":', r"^class \w+\(.*\bProtocol\b.*\):"]


def probes(sources: list[str] | None = None) -> Slipcover:
    """A new measurement. Its report also names the files of `sources` that nothing loaded."""
    return Slipcover(branch=True, source=sources, exclude_also=NEVER_RUN)


def begin(sources: list[str]) -> Slipcover:
    """Measure what is loaded of these sources from now on. Raises RuntimeError when a part of the product is loaded already."""
    if early := sorted(name for name in sys.modules if name.partition(".")[0] in SOURCES):
        raise RuntimeError(f"loaded before it could be measured: {', '.join(early)}")
    measurement, wanted = probes(), FileMatcher(sources=[ROOT / source for source in sources])
    ImportManager(measurement, wanted).__enter__()
    # Alembic loads migrations by their files. What is wrapped forgets its defaults, by which a package knows its folder.
    kept = importlib.util.spec_from_file_location.__kwdefaults__
    wrap_spec_from_file_location(measurement, wanted)
    importlib.util.spec_from_file_location.__kwdefaults__ = kept
    return measurement


def report(measurement: Slipcover, role: str) -> None:
    """Write down what this process has reached, if it reached anything."""
    reached = measurement.get_coverage()
    if reached["files"]:
        Path(os.environ[FOLDER], f"{os.getpid()}-{role}.json").write_text(json.dumps(reached))
