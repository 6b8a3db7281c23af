"""A violated constraint becomes the refusal it stands for, alike on both engines.

PostgreSQL names the constraint. SQLite names it for CHECK, tells the columns for UNIQUE, and nothing for a foreign key: so no
refusal may rest on a foreign key, and no two unique constraints may stand over the same columns.
"""

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from shared.errors import Refusal

LONGEST_NAME = 63  # PostgreSQL cuts longer ones
_UNIQUE = re.compile(r"UNIQUE constraint failed: (?:index '(?P<index>.+)'|(?P<columns>.+))")
_CHECK = re.compile(r"CHECK constraint failed: (?P<name>\w+)")


@contextmanager
def refused(
    session: Session | scoped_session[Any], metadata: sa.MetaData, refusals: Mapping[str, Callable[[], Refusal]]
) -> Iterator[None]:
    """Run the body in a savepoint, and flush. A violated constraint that is named here becomes its refusal.

    The values are refusal classes, or whatever makes the refusal. Any other violation stays what it is, an IntegrityError.
    Raises LookupError for a name that no model has, or that can never come back from the database.
    """
    with translated(metadata, refusals), session.begin_nested():
        yield
        session.flush()


@contextmanager
def translated(metadata: sa.MetaData, refusals: Mapping[str, Callable[[], Refusal]]) -> Iterator[None]:
    """As `refused`, without the savepoint and the flush: for what ends the whole command if it is violated."""
    if unknown := refusals.keys() - _can_be_refused(metadata, len(metadata.tables)):
        raise LookupError(f"Not a unique or check constraint of the models, or too long a name: {', '.join(sorted(unknown))}.")
    try:
        yield
    except IntegrityError as error:
        for name in violated(error, metadata) & refusals.keys():
            raise refusals[name]() from error
        raise


def added(session: Session | scoped_session[Any], row: object) -> bool:
    """Add a row unless somebody else has just done so; returns whether it is ours."""
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        return False
    return True


def violated(error: IntegrityError, metadata: sa.MetaData) -> set[str]:
    """The names of the constraints that this can be: none for a foreign key or a missing value."""
    if (told := getattr(error.orig, "diag", None)) is not None:
        return {told.constraint_name} if told.constraint_name else set()
    text = str(error.orig)
    if match := _CHECK.fullmatch(text):
        return {match["name"]}
    match = _UNIQUE.fullmatch(text)
    if match is None:
        return set()
    return {match["index"]} if match["index"] else _unique_over(metadata, match["columns"].split(", "))


def _unique_over(metadata: sa.MetaData, qualified: list[str]) -> set[str]:
    table = metadata.tables[qualified[0].split(".")[0]]
    columns = {name.split(".")[1] for name in qualified}
    return {str(unique.name) for unique in _uniques(table) if {column.name for column in unique.columns} == columns}


@functools.lru_cache
def _can_be_refused(metadata: sa.MetaData, _tables_count: int) -> frozenset[str]:
    names = {str(c.name) for t in metadata.tables.values() for c in t.constraints if isinstance(c, sa.CheckConstraint)}
    names |= {str(unique.name) for table in metadata.tables.values() for unique in _uniques(table)}
    return frozenset(name for name in names if len(name) <= LONGEST_NAME)


def _uniques(table: sa.Table) -> list[sa.UniqueConstraint | sa.PrimaryKeyConstraint | sa.Index]:
    constraints = [c for c in table.constraints if isinstance(c, sa.UniqueConstraint | sa.PrimaryKeyConstraint)]
    return [*constraints, *(index for index in table.indexes if index.unique)]
