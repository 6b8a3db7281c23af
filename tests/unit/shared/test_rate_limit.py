"""A flood is stopped, and stops only itself."""

import pytest

from shared import rate_limit
from shared.errors import TooMany
from shared.rate_limit import RateLimit


class Time:
    def __init__(self):
        self.at = 0.0

    def __call__(self):
        return self.at


@pytest.fixture
def time():
    return Time()


def test_a_burst_passes_and_the_next_call_is_told_when_to_come_back(time):
    limit = RateLimit(per_minute=60, monotonic=time)
    for _ in range(15):
        limit.take("flood")
    with pytest.raises(TooMany) as refused:
        limit.take("flood")
    assert refused.value.retry_after_seconds == 1
    limit.take("somebody else")


def test_time_gives_calls_back_up_to_one_burst(time):
    limit = RateLimit(per_minute=60, monotonic=time)
    for _ in range(15):
        limit.take("node")
    time.at = 1000.0
    for _ in range(15):
        limit.take("node")
    with pytest.raises(TooMany):
        limit.take("node")


def test_memory_is_bounded_and_the_oldest_caller_is_forgotten_first(time, monkeypatch):
    monkeypatch.setattr(rate_limit, "CALLERS_MAX", 2)
    limit = RateLimit(per_minute=4, monotonic=time)
    limit.take("first")
    limit.take("second")
    limit.take("third")
    limit.take("first")
    with pytest.raises(TooMany):
        limit.take("third")
