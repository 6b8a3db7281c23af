"""Python loads this first in every process that a measured test starts. Those that do what no test calls itself are measured."""

import sys

PROGRAMS = ("demo", "keeper.py", "tests.support.toy_server")

if any(word.endswith(PROGRAMS) for word in sys.orig_argv[1:3]):
    import atexit

    from tests.coverage.probes import PROCESSES, begin, report

    atexit.register(report, begin(PROCESSES), "process")
