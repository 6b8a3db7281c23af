"""What holds in every life of a network: every seed that once ended badly, and every one that finds a planted bug."""

from collections.abc import Callable

import pytest

from tests.support.simulation import kept
from tests.support.simulation.bugs import BUGS
from tests.support.simulation.story import STEPS, Told

REMEMBERED = kept.planted()
# Once each, whatever it has found.
SEEDS = sorted({*kept.seeds(), *REMEMBERED.values()})
Tell = Callable[..., Told]


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_everybody_knows_the_same_in_the_end(seed: int, tell_anew: Tell) -> None:
    assert tell_anew(seed).faults == []


@pytest.mark.parametrize("name", sorted(REMEMBERED))
def test_a_planted_bug_is_found(name: str, tell_anew: Tell) -> None:
    assert tell_anew(REMEMBERED[name], BUGS[name]).faults != []


def test_every_bug_is_found_soon() -> None:
    assert set(REMEMBERED) == set(BUGS)
    assert max(REMEMBERED.values()) <= kept.SEEDS_MOST


def test_one_seed_is_one_story(tell_anew: Tell) -> None:
    first, second = tell_anew(3), tell_anew(3)
    assert first.lines == second.lines
    assert (first.sha256, len(first.lines) > STEPS) == (second.sha256, True)
