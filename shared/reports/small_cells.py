"""Tables of counts of people in which no small number is told, nor can be worked out from the others.

A table with its sums is a circulation: each person flows from a row to a column, on to that column's sum, to the sum of all, to
the row's sum, and back to the row. What is shown fixes those flows; a hidden entry can be another number exactly as far as
people can flow around it through entries that are hidden as well. So entries are hidden, the small ones first and then as
many others as it takes, until each hidden one could be any of as many numbers as the floor says.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from heapq import heappop, heappush
from itertools import pairwise
from typing import NamedTuple

# Usual in official statistics, and what a town's own rules ask for.
FLOOR = 5
# A sum is worth more to the reader than any count.
_SUM_COSTS = 1_000_000
Cell = tuple[int, int]
Node = tuple[str, int]
Shown = list[list[int | None]]


class Report(NamedTuple):
    """A table that may be told: rows by name, the last two of which are all others together and the sum; None is not told."""

    names: list[str]
    rows: Shown


class _Edge(NamedTuple):
    """An entry as a flow: from where to where, how much, and how little of it everybody knows there to be."""

    tail: Node
    head: Node
    flow: int
    least: int


def report(counts: Mapping[str, Sequence[int]], *, columns: int, others: str, total: str, floor: int = FLOOR) -> Report:
    """The counts of each name with their sums. Names of whom there are fewer than the floor in all stand under `others`."""
    named = {name: row for name, row in counts.items() if sum(row) >= floor}
    rest = [sum(row[place] for name, row in counts.items() if name not in named) for place in range(columns)]
    names = sorted(named)
    rows = [[*named[name]] for name in names] + ([rest] if any(rest) or not names else [])
    return Report([*[*names, others][: len(rows)], total], hide(rows, floor=floor, known=len(names)))


def hide(counts: Sequence[Sequence[int]], *, floor: int = FLOOR, known: int = 0) -> Shown:
    """The counts with a last column and a last row of sums, and None for each that is not told.

    Of the first `known` rows everybody knows that their sum is no less than the floor.
    """
    table = [[*row, sum(row)] for row in counts]
    table.append([sum(column) for column in zip(*table, strict=True)])
    edges = {cell: _edge(table, cell, floor if cell[0] < known else 0) for cell in _cells(table)}
    small = {cell for cell, edge in edges.items() if edge.flow < floor}
    hidden = set(small)
    waiting = deque(sorted(small))
    # Whatever else is hidden, an entry stays hidden: one look at each is enough.
    while waiting:
        while _answers(edges, hidden, waiting[0], floor) < floor:
            found = _next_to_hide(edges, hidden, waiting[0], table, floor)
            hidden |= found
            waiting.extend(sorted(found))
        waiting.popleft()
    for cell in sorted(hidden - small, key=lambda cell: (-_is_sum(table, cell), -edges[cell].flow, cell)):
        fewer = hidden - {cell}
        # Whom it kept from being worked out mostly stands in the same row or column.
        nearest = sorted(fewer, key=lambda one: (one[0] != cell[0], one[1] != cell[1]))
        if all(_answers(edges, fewer, one, floor) >= floor for one in nearest):
            hidden = fewer
    return [[None if (row, column) in hidden else value for column, value in enumerate(line)] for row, line in enumerate(table)]


def _cells(table: Sequence[Sequence[int]]) -> Iterator[Cell]:
    return ((row, column) for row, line in enumerate(table) for column in range(len(line)))


def _is_sum(table: Sequence[Sequence[int]], cell: Cell) -> int:
    """Of how many lines it is a sum: a count of none, the sum of all of both."""
    return (cell[0] == len(table) - 1) + (cell[1] == len(table[0]) - 1)


def _edge(table: Sequence[Sequence[int]], cell: Cell, floor: int) -> _Edge:
    row, column = ("row", cell[0]), ("column", cell[1])
    is_row_sum = cell[1] == len(table[0]) - 1
    ends = (column, row) if _is_sum(table, cell) == 1 else (row, column)
    return _Edge(*ends, flow=table[cell[0]][cell[1]], least=floor if is_row_sum else 0)


def _answers(edges: Mapping[Cell, _Edge], hidden: set[Cell], cell: Cell, enough: int) -> int:
    """How many different numbers a hidden entry could be, as far as is enough."""
    own = edges[cell]
    others = [edges[one] for one in hidden if one != cell]
    more = _flow(others, own.head, own.tail, enough)
    less = _flow(others, own.tail, own.head, min(enough, own.flow - own.least))
    return 1 + more + less


def _flow(edges: Sequence[_Edge], source: Node, sink: Node, most: int) -> int:
    """How many people can flow from one place to another: along each edge any number more, against it as many as there may be."""
    spare: dict[Node, dict[Node, int]] = defaultdict(dict)
    for edge in edges:
        spare[edge.tail][edge.head], spare[edge.head][edge.tail] = most, edge.flow - edge.least
    total = 0
    while total < most and (path := _path(spare, source, sink)):
        by = min(most - total, *(spare[tail][head] for tail, head in path))
        for tail, head in path:
            spare[tail][head] -= by
            spare[head][tail] += by
        total += by
    return total


def _path(spare: Mapping[Node, Mapping[Node, int]], source: Node, sink: Node) -> list[tuple[Node, Node]]:
    """A shortest way on which somebody can still flow; empty where there is none."""
    came: dict[Node, Node] = {source: source}
    waiting = deque([source])
    while waiting and sink not in came:
        here = waiting.popleft()
        for head, room in spare.get(here, {}).items():
            if head not in came and room > 0:
                came[head] = here
                waiting.append(head)
    if sink not in came:
        return []
    way = [sink]
    while way[-1] != source:
        way.append(came[way[-1]])
    return [(head, tail) for tail, head in pairwise(way)]


def _next_to_hide(
    edges: Mapping[Cell, _Edge], hidden: set[Cell], bare: Cell, table: Sequence[Sequence[int]], floor: int
) -> set[Cell]:
    """What is hidden as well, so that the bare entry could be another number, at the least cost to the reader.

    It is a whole way around on which enough people can flow; there always is one, through the sums.
    """
    costs = {cell: 0 if cell in hidden else 1 + edge.flow + _SUM_COSTS * _is_sum(table, cell) for cell, edge in edges.items()}
    steps: dict[Node, list[tuple[int, Node, Cell]]] = defaultdict(list)
    for cell, edge in edges.items():
        if cell != bare:
            steps[edge.tail].append((costs[cell], edge.head, cell))
            if edge.flow - edge.least >= floor - 1:
                steps[edge.head].append((costs[cell], edge.tail, cell))
    return _cheapest(steps, edges[bare].head, edges[bare].tail) - hidden


def _cheapest(steps: Mapping[Node, list[tuple[int, Node, Cell]]], source: Node, sink: Node) -> set[Cell]:
    """The entries on the way that costs least."""
    waiting: list[tuple[int, Node, frozenset[Cell]]] = [(0, source, frozenset())]
    seen: set[Node] = set()
    while waiting[0][1] != sink:
        cost, here, cells = heappop(waiting)
        if here not in seen:
            seen.add(here)
            for more, head, cell in steps[here]:
                heappush(waiting, (cost + more, head, cells | {cell}))
    return set(waiting[0][2])
