"""What becomes of a message whose answer came, or did not."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import errors
from shared.http import PeerMisbehaved, PeerUnreachable
from shared.messaging.rules import Fate, backoff_seconds, judge, next_attempt

NOW = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("kind", [errors.Unauthenticated, errors.TooMany, errors.Unavailable, PeerUnreachable, PeerMisbehaved])
def test_not_now_is_tried_again(kind: type[errors.Refusal]) -> None:
    assert judge(kind()) is Fate.RETRY


@pytest.mark.parametrize(
    "kind", [errors.Malformed, errors.Forbidden, errors.NotFound, errors.Conflict, errors.Gone, errors.Invalid]
)
def test_any_other_no_is_parked(kind: type[errors.Refusal]) -> None:
    assert judge(kind()) is Fate.PARK


@pytest.mark.parametrize(
    ("kind", "state", "fate"),
    [
        (errors.Forbidden, "suspended", Fate.HOLD),
        (errors.Forbidden, ["left"], Fate.HOLD),
        (errors.Forbidden, "leaving", Fate.PARK),
        (errors.Forbidden, "left", Fate.PARK),
        (errors.Conflict, "suspended", Fate.PARK),
    ],
)
def test_only_a_forbidden_space_that_may_be_active_again_is_held(kind: type[errors.Refusal], state: object, fate: Fate) -> None:
    refusal = kind(state=state)
    refusal.slug = "space-not-active"
    assert judge(refusal) is fate


@given(attempts=st.integers(1, 10_000), jitter=st.floats(0.8, 1.4))
def test_the_wait_doubles_up_to_an_hour_spread_by_the_jitter(attempts: int, jitter: float) -> None:
    wait = backoff_seconds(attempts, jitter)
    assert wait == min(2 ** min(attempts, 20), 3600) * jitter
    assert 1.6 <= wait <= 3600 * 1.4


@given(
    fate=st.sampled_from([Fate.RETRY, Fate.HOLD]),
    attempts=st.integers(1, 100),
    jitter=st.floats(0.8, 1.4),
    silent=st.booleans(),
    asked=st.one_of(st.none(), st.integers(0, 86_400)),
)
def test_no_attempt_comes_before_the_hub_asked_for_nor_later_than_we_wait_at_most(
    fate: Fate, attempts: int, jitter: float, silent: bool, asked: int | None
) -> None:
    at, earliest = next_attempt(NOW, fate=fate, attempts=attempts, jitter=jitter, silent=silent, retry_after_seconds=asked)
    least = NOW + timedelta(seconds=min(asked or 0, 3600))
    if fate is Fate.RETRY:
        assert at >= least
        assert earliest >= least
    assert NOW < at <= NOW + timedelta(hours=1.4)
    assert NOW < earliest <= NOW + timedelta(hours=1.4)


def test_what_met_silence_may_be_brought_forward_sooner_than_what_the_hub_put_off() -> None:
    waits = []
    for silent in (True, False):
        _, earliest = next_attempt(NOW, fate=Fate.RETRY, attempts=12, jitter=1.0, silent=silent, retry_after_seconds=None)
        waits.append((earliest - NOW).total_seconds())
    assert waits == [5, 30]
