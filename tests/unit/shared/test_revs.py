"""What a rev means to a receiver."""

import pytest

from shared.revs import Arrival, RevConflict, arrival, is_newer


def test_a_higher_rev_replaces():
    assert arrival(held_rev=1, held_sha256="a", rev=2, sha256="b") is Arrival.REPLACES
    assert arrival(held_rev=0, held_sha256=None, rev=1, sha256="b") is Arrival.REPLACES


@pytest.mark.parametrize("rev", [1, 2])
def test_a_lower_rev_and_the_same_body_again_change_nothing(rev):
    assert arrival(held_rev=2, held_sha256="a", rev=rev, sha256="a") is Arrival.CHANGES_NOTHING


def test_another_body_under_the_same_rev_is_a_conflict():
    with pytest.raises(RevConflict) as refused:
        arrival(held_rev=2, held_sha256="a", rev=2, sha256="b")
    assert refused.value.params == {"rev": 2}


def test_a_new_epoch_wins_over_any_rev_of_the_old_one():
    assert is_newer(held=(1, 99), arrived=(2, 1))
    assert not is_newer(held=(2, 1), arrived=(1, 99))
    assert not is_newer(held=(2, 1), arrived=(2, 1))
