"""Waiting for what other threads and processes do: until it is so, and never for ever."""

import time
from collections.abc import Callable


def wait_until(holds: Callable[[], object], *, seconds: float = 30.0) -> None:
    """Look again and again until it holds. Raises AssertionError if it never does."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not so within {seconds:g} seconds"
        time.sleep(0.02)
