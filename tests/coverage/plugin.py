"""Measures the tests that run in a process: `pytest -p tests.coverage.plugin`.

The processes that they start are measured by `process/sitecustomize.py`.
"""

from __future__ import annotations

import os

import pytest
from slipcover import Slipcover

from tests.coverage.probes import ROOT, SOURCES, begin, report

MEASUREMENT = pytest.StashKey[Slipcover]()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Begin before a conftest.py can load the product."""
    early_config.stash[MEASUREMENT] = begin(SOURCES)
    runs_tests = "PYTEST_XDIST_WORKER" in os.environ or not early_config.known_args_namespace.numprocesses
    if runs_tests:
        os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT / "tests" / "coverage" / "process"), str(ROOT)])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Write down what was reached."""
    report(config.stash[MEASUREMENT], "tests")
