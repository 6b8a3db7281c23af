"""The hub dies at a point of a path on which money moves: asked the same again, it comes to what it would have come to."""

from collections.abc import Callable
from random import Random

import pytest

from tests.support.crash_points import KillingGround
from tests.support.databases import ENGINES, Engine
from tests.support.till import PATHS, MoneyPath

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
    assert commits
    # `make crash-points` takes every point. Here: around what is committed, and somewhere in between; on the slower engine,
    # where a path comes to the same end, on each side of the commit that counts.
    somewhere = Random(f"{path.name} on {engine}").choice(sorted({*range(len(points))} - {*commits}))
    for number in sorted([*commits, somewhere] if engine == "sqlite" else commits[:2]):
        assert (number, *hub.killed_at(path, number)) == (number, end, [])
