"""What is killed when is decided by the seed, and nothing is left out."""

from bench.killing import KINDS, LEAST_SECONDS, MOST_SECONDS, plan


def test_a_seed_is_one_plan_that_ends_in_time() -> None:
    first, again, other = list(plan(7, 60)), list(plan(7, 60)), list(plan(8, 60))
    assert first == again != other
    assert all(LEAST_SECONDS <= blow.after_seconds <= MOST_SECONDS for blow in first)
    assert sum(blow.after_seconds for blow in first) <= 60 < sum(blow.after_seconds for blow in plan(7, 120))


def test_each_kind_is_killed_before_any_is_killed_again() -> None:
    for seed in range(20):
        assert {blow.kind for blow in list(plan(seed, 60))[: len(KINDS)]} == set(KINDS)
