"""Cells that know their column, so that a table row can turn into a labelled card on a phone."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

Column = str | tuple[str, str]


class RowCells:
    """Writes the cells of one row, one call a cell, from the first column on. The first one heads the row.

    A column is its heading, or (heading, kind) with kind `end` (numbers), `wide` (text that may wrap) or `act` (buttons).
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        """Start a row of these columns."""
        self._columns = columns
        self._next = 0

    def __call__(self, content: Any = "", *, empty: str = "–") -> Markup:
        """Write the next cell; without content it shows a dash.

        Raises IndexError when the row has more cells than the table has columns.
        """
        heading, kind = column_parts(self._columns[self._next])
        self._next += 1
        is_empty = content is None or content == ""
        kind, shown = (f"{kind} cell-none", empty) if is_empty else (kind, content)
        if self._next == 1:
            return Markup('<th scope="row" role="rowheader" class="cell-{}">{}</th>').format(kind, shown)
        return Markup('<td role="cell" class="cell-{}" data-label="{}"><div>{}</div></td>').format(kind, heading, shown)


def column_parts(column: Column) -> tuple[str, str]:
    """Split a column into its heading and kind."""
    return (column, "text") if isinstance(column, str) else column
