"""Ctrl-C while a command still loads, which takes a second: it ends without a traceback, as it does later.

This module itself loads nothing, so that it is there from the first moment.
"""

from collections.abc import Iterator
from contextlib import contextmanager

INTERRUPTED = 130


@contextmanager
def ending_quietly() -> Iterator[None]:
    """Raises SystemExit in place of KeyboardInterrupt."""
    try:
        yield
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
