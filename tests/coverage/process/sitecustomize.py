"""Python loads this first in every process that a measured test starts: only what no test calls itself is measured there."""

import atexit

from tests.coverage.probes import PROCESSES, begin, report

atexit.register(report, begin(PROCESSES), "process")
