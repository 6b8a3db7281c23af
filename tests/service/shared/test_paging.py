"""Lists, one page at a time: searched, sorted and cut by the database, alike on both engines."""

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import MultiDict

from shared import paging
from shared.errors import Invalid
from shared.schemas import load
from tests.support.toy_service.app import open_purse
from tests.support.toy_service.db import db, read_only
from tests.support.toy_service.purses.models import Purse

OWNERS = ("adele", "Bea_1", "carla 100%", "dora", "Émile")
ALL = sa.select(Purse).where(Purse.id > 1)


class Wanted(paging.SearchQuery):
    """A list's query, as pages declare theirs."""

    sort = paging.sorts("oldest", "newest")


@pytest.fixture
def purses(toy: Flask) -> None:
    for owner in OWNERS:
        open_purse(owner)


def owners(number: int = 1, *order: object, words: str = "", size: int = 2) -> tuple[list[str], int, int, int]:
    @read_only
    def look() -> paging.Page[str]:
        wanted = ALL.where(*paging.having(words, Purse.owner))
        return paging.page(db.session(), wanted, *(order or (Purse.id,)), number=number, size=size).map(lambda one: one.owner)

    found = look()
    return found.rows, found.total, found.number, found.count


@pytest.mark.usefixtures("purses")
def test_a_page_has_its_rows_and_knows_how_many_there_are() -> None:
    assert owners() == (["adele", "Bea_1"], 5, 1, 3)
    assert owners(3) == (["Émile"], 5, 3, 3)
    assert owners(1, Purse.id.desc()) == (["Émile", "dora"], 5, 1, 3)


@pytest.mark.usefixtures("purses")
def test_a_page_behind_the_last_is_the_last_since_rows_go_away_meanwhile() -> None:
    assert owners(99) == (["Émile"], 5, 3, 3)
    assert owners(7, words="nobody") == ([], 0, 1, 1)


@pytest.mark.usefixtures("purses")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("BEA", ["Bea_1"]),
        ("carla 100", ["carla 100%"]),
        ("100 carla", ["carla 100%"]),
        ("_", ["Bea_1"]),
        ("%", ["carla 100%"]),
        ("adele dora", []),
    ],
)
def test_every_word_is_found_and_signs_are_only_signs(words: str, found: list[str]) -> None:
    assert owners(words=words)[0] == found


@pytest.mark.usefixtures("purses")
def test_rows_of_several_columns_are_paged_too_and_grouped_ones_counted_as_groups() -> None:
    grouped = sa.select(Purse.credits, sa.func.count()).where(Purse.id > 1).group_by(Purse.credits)
    found = read_only(lambda: paging.page_of_rows(db.session(), grouped, Purse.credits))()
    assert ([tuple(row) for row in found.rows], found.total) == ([(0, 5)], 1)


def test_what_is_sorted_in_no_column_is_cut_in_the_same_way() -> None:
    assert paging.cut([1, 2, 3], number=2, size=2) == paging.Page([3], 3, 2, 2)
    assert paging.cut([], number=2) == paging.Page([], 0, 1, 1)


def test_an_address_asks_for_the_first_page_in_the_first_order() -> None:
    assert load(Wanted, {}) == {"q": "", "page": 1, "sort": "oldest"}
    assert load(Wanted, {"page": "3", "sort": "newest", "q": " ada "})["page"] == 3


@pytest.mark.parametrize(("pasted", "sought"), [("x" * 81, "x" * 80), (" ada\x00\u202e bea", "ada bea"), ("\n", "")])
def test_no_words_to_look_for_are_wrong(pasted: str, sought: str) -> None:
    assert load(Wanted, MultiDict({"q": pasted}))["q"] == sought


@pytest.mark.parametrize("wrong", [{"page": "0"}, {"page": "x"}, {"page": "100001"}, {"sort": "size"}, {"size": "9"}])
def test_what_no_list_has_is_said_at_its_field(wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        load(Wanted, wrong)
    assert [fault["pointer"] for fault in refused.value.errors] == [f"/{name}" for name in wrong]
