"""The hub dies at a point of a path on which money moves: asked the same again, it comes to what it would have come to."""

from collections.abc import Callable
from random import Random

import pytest

from tests.support.crash_points import KillingGround
from tests.support.databases import ENGINES, Engine
from tests.support.till import PATHS, MoneyPath

# Beside commits, around which everything changes; `make crash-points` takes every statement.
STATEMENTS = 1
Ground = Callable[[Engine], KillingGround]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A hub to be killed, on each engine."""
    made: dict[Engine, KillingGround] = {}

    def on(engine: Engine) -> KillingGround:
        if engine not in made:
            made[engine] = KillingGround(engine, tmp_path_factory.mktemp(engine))
        return made[engine]

    return on


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_hub_that_died_on_the_way_comes_to_the_same_end(engine: Engine, path: MoneyPath, ground: Ground) -> None:
    hub = ground(engine)
    points, end = hub.points(path)
    commits = [number for number, step in enumerate(points) if step.is_commit]
    others = [number for number, step in enumerate(points) if not step.is_commit]
    assert commits
    dice = Random(f"{path.name} on {engine}")
    # A path ends alike on both engines; on the slower one it is taken once on each side of the commit that counts.
    around = commits if engine == "sqlite" else commits[:2]
    for number in sorted([*around, *dice.sample(others, STATEMENTS)]):
        assert (number, *hub.killed_at(path, number)) == (number, end, [])
