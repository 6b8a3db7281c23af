"""No small number is told, nor can it be worked out: somebody who knows the rules finds several tables that fit what is shown."""

from collections.abc import Iterator, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.reports.small_cells import Shown, hide, report

Inner = tuple[tuple[int, ...], ...]
SMALL = 3


def summed(inner: Sequence[Sequence[int]]) -> list[list[int]]:
    rows = [[*row, sum(row)] for row in inner]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def fitting(shown: Shown, *, known: int, most: int) -> Iterator[list[list[int]]]:
    """Every table that what is shown may have been made of, each count up to so many: all that a reader can know.

    A reader knows that people are whole and not fewer than none, and that a name stands there for no fewer than the floor.
    """
    width = len(shown[0]) - 1

    def rows_from(place: int, sums: tuple[int, ...]) -> Iterator[Inner]:
        if place == len(shown) - 1:
            fits = all(told in (None, own) for told, own in zip(shown[-1], [*sums, sum(sums)], strict=True))
            yield from [()] if fits else []
            return
        *cells, total = shown[place]
        for row in product(*(range(most + 1) if cell is None else (cell,) for cell in cells)):
            after = tuple(one + other for one, other in zip(sums, row, strict=True))
            beyond = any(told is not None and own > told for told, own in zip(shown[-1], after, strict=False))
            if total in (None, sum(row)) and not beyond and (place >= known or sum(row) >= SMALL):
                yield from ((row, *rest) for rest in rows_from(place + 1, after))

    return (summed(inner) for inner in rows_from(0, (0,) * width))


def narrowest(shown: Shown, *, known: int, most: int) -> int:
    """The fewest different numbers that a hidden entry may be; as many as the floor is enough to know."""
    hidden = [(row, place) for row, line in enumerate(shown) for place, cell in enumerate(line) if cell is None]
    found: dict[tuple[int, int], set[int]] = {cell: set() for cell in hidden}
    for table in fitting(shown, known=known, most=most):
        for row, place in hidden:
            found[row, place].add(table[row][place])
        if all(len(values) >= SMALL for values in found.values()):
            break
    return min((len(values) for values in found.values()), default=SMALL)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 5)] * 2), min_size=1, max_size=3), st.booleans())
def test_no_hidden_number_can_be_pinned_down(counts: list[tuple[int, int]], named: bool) -> None:
    """Edge case 71: neither a small number nor a sum of them is shown, and each hidden one may be any of several."""
    known = sum(sum(row) >= SMALL for row in counts) if named else 0
    rows = sorted(counts, key=sum, reverse=True)
    shown = hide(rows, floor=SMALL, known=known)
    assert all(
        cell is None or (cell == own and cell >= SMALL)
        for cells, owns in zip(shown, summed(rows), strict=True)
        for cell, own in zip(cells, owns, strict=True)
    )
    assert narrowest(shown, known=known, most=5 + SMALL) >= SMALL


def test_a_rule_that_hides_small_numbers_alone_is_seen_through() -> None:
    """Edge case 71: what the test looks for is there to be found."""
    naive: Shown = [[9, None, 11], [8, 4, 12], [17, 6, 23]]
    assert narrowest(naive, known=0, most=12) == 1


def test_three_columns_are_told_apart_too() -> None:
    shown = hide([(9, 1, 4), (7, 8, 9), (6, 2, 6)], floor=SMALL)
    assert shown[0][1] is None
    assert shown[2][1] is None
    assert narrowest(shown, known=0, most=12) >= SMALL
    assert sum(cell is None for line in shown for cell in line) < 8


def test_what_is_large_enough_is_all_shown() -> None:
    assert hide([(12, 5), (30, 9)]) == [[12, 5, 17], [30, 9, 39], [42, 14, 56]]


def test_whoever_is_few_in_all_stands_under_others_and_nobody_under_a_name_of_none() -> None:
    made = report({"a": (40, 9), "b": (3, 1), "c": (2, 2), "d": (30, 8)}, columns=2, others="others", total="all")
    assert made.names == ["a", "d", "others", "all"]
    assert made.rows[-1] == [75, 20, 95]
    assert made.rows[2][1] is None
    assert report({"a": (40, 9)}, columns=2, others="others", total="all").names == ["a", "all"]


@pytest.mark.parametrize("counts", [{}, {"a": (1, 0)}])
def test_of_next_to_nobody_nothing_is_told(counts: dict[str, tuple[int, int]]) -> None:
    made = report(counts, columns=2, others="others", total="all")
    assert made.names == ["others", "all"]
    assert made.rows == [[None] * 3] * 2


def test_a_hundred_spaces_take_no_time_to_speak_of() -> None:
    made = report({f"s{n}": (n % 37, n % 9) for n in range(100)}, columns=2, others="others", total="all")
    assert made.rows[-1] == [sum(n % 37 for n in range(100)), sum(n % 9 for n in range(100)), made.rows[-1][2]]
