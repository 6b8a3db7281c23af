"""Long lists, one page at a time: what an address may ask for, and those rows out of the database.

Every list that can grow is searched, sorted and cut by the database, in the same way: `q` holds words, each of which must be
found, `sort` names an order, `page` a number. A list that is shorter than the page asked for shows its last page, since rows go
away while somebody steps through them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import Any, Generic, TypeVar, TypeVarTuple

from sqlalchemy import ColumnElement, Row, Select, func, literal_column, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.schemas import Choice, FormSchema, SearchWords, Whole

T = TypeVar("T")
U = TypeVar("U")
Ts = TypeVarTuple("Ts")
PAGE_ROWS = 50
LAST_PAGE = 100_000
Order = Sequence[ColumnElement[Any] | InstrumentedAttribute[Any]]


def number() -> Whole:
    """The field of a page's number; the first page unless said otherwise."""
    return Whole(min=1, max=LAST_PAGE, written=True, load_default=1)


def sorts(*orders: str) -> Choice:
    """The field that names an order; the first one unless said otherwise."""
    return Choice(orders, load_default=orders[0])


class PageQuery(FormSchema):
    """Which page of a list."""

    page = number()


class SearchQuery(PageQuery):
    """Which page of what has all these words."""

    q = SearchWords(max=80, load_default="")


@cache
def search_sorted(*orders: str) -> type[SearchQuery]:
    """The query of a list that knows these orders and nothing else."""
    made: type[SearchQuery] = SearchQuery.from_dict({"sort": sorts(*orders)}, name="SortedQuery")  # type: ignore[assignment]
    return made


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of a list: page `number` of `count`, out of `total` rows."""

    rows: list[T]
    total: int
    number: int
    count: int

    def map(self, change: Callable[[T], U]) -> "Page[U]":
        """The same page with every row turned into something else."""
        return Page([change(row) for row in self.rows], self.total, self.number, self.count)


def page(session: Session, wanted: Select[T], *order: Any, number: int = 1, size: int = PAGE_ROWS) -> Page[T]:
    """Ask for one page of a list in this order, which must leave no two rows alike."""
    return page_of_rows(session, wanted, *order, number=number, size=size).map(lambda row: row[0])


def page_of_rows(session: Session, wanted: Select[*Ts], *order: Any, number: int = 1, size: int = PAGE_ROWS) -> Page[Row[*Ts]]:
    """The same for rows of several columns."""
    counted: Select[int] = wanted.with_only_columns(literal_column("1"), maintain_column_froms=True).order_by(None)
    total = session.scalar(select(func.count()).select_from(counted.subquery())) or 0
    count = max(1, ceil(total / size))
    number = min(number, count)
    rows = session.execute(wanted.order_by(*order).offset((number - 1) * size).limit(size))
    return Page(list(rows), total, number, count)


def cut(rows: Sequence[T], *, number: int = 1, size: int = PAGE_ROWS) -> Page[T]:
    """The same of a list that has to be read as a whole, because what it is sorted by stands in no column."""
    count = max(1, ceil(len(rows) / size))
    number = min(number, count)
    return Page(list(rows[(number - 1) * size : number * size]), len(rows), number, count)


def having(words: str, *columns: Any) -> list[ColumnElement[bool]]:
    """Every word is in one of these columns, in capitals or not."""
    return [or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in words.split()]
