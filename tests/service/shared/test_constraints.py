"""A violated constraint is told by its name on both engines, and becomes the refusal it stands for."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from shared.constraints import refused
from shared.errors import Conflict
from tests.support.toy_service.app import purse_count
from tests.support.toy_service.db import Base, db, transactional
from tests.support.toy_service.purses.models import Coin, Purse


class Refused(Conflict):
    slug = "toy-refused"
    sentence = "%(name)s is violated."


OWNER = "uq_purses_owner_kind"
CREDITS = "ck_purses_credits_not_negative"
KEY = "pk_purses"
MARK = "uq_coins_mark_lower"


def by_name(*names: str) -> dict[str, Callable[[], Refused]]:
    return {name: lambda name=name: Refused(name=name) for name in names}


def add(*rows: Base) -> None:
    with refused(db.session, Base.metadata, by_name(OWNER, CREDITS, KEY, MARK)):
        db.session.add_all(rows)


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ([Purse(owner="ada")], OWNER),
        ([Purse(owner="bob", credits=-1)], CREDITS),
        ([Purse(id=1, owner="bob")], KEY),
        ([Coin(id=1, purse_id=1, mark="a"), Coin(id=2, purse_id=1, mark="A")], MARK),
    ],
    ids=["unique", "check", "primary key", "unique index over an expression"],
)
def test_the_refusal_of_the_violated_constraint_is_raised(toy: Flask, rows: list[Base], name: str) -> None:
    with pytest.raises(Refused, match=name):
        transactional(add)(*(type(row)(**values_of(row)) for row in rows))
    assert purse_count() == 1


def values_of(row: Base) -> dict[str, object]:
    return {key: value for key, value in vars(row).items() if not key.startswith("_")}


def test_the_transaction_goes_on_after_a_refusal(toy: Flask) -> None:
    @transactional
    def command() -> None:
        db.session.add(Purse(owner="bob"))
        with pytest.raises(Refused):
            add(Purse(owner="ada"))
        db.session.add(Purse(owner="cleo"))

    command()
    assert purse_count() == 3


def test_nothing_happens_where_nothing_is_violated(toy: Flask) -> None:
    transactional(add)(Purse(owner="bob"))
    assert purse_count() == 2


@pytest.mark.parametrize("row", [{"purse_id": 99, "mark": "a"}, {"purse_id": 1, "mark": None}], ids=["foreign key", "missing"])
def test_a_foreign_key_or_a_missing_value_stands_for_no_refusal(toy: Flask, row: dict[str, object]) -> None:
    @transactional
    def command() -> None:
        add(Coin(**row))
        db.session.execute(sa.text("SELECT 1"))

    with pytest.raises(IntegrityError):
        command()


def test_a_constraint_that_is_not_listed_stays_what_it_is(toy: Flask) -> None:
    @transactional
    def command() -> None:
        with refused(db.session, Base.metadata, by_name(CREDITS)):
            db.session.add(Purse(owner="ada"))

    with pytest.raises(IntegrityError):
        command()


def test_a_mistyped_name_is_found_at_once(toy: Flask) -> None:
    with pytest.raises(LookupError, match="ck_purses_credits"), refused(db.session, Base.metadata, by_name("ck_purses_credits")):
        pass


def test_a_name_that_postgresql_would_cut_is_found_at_once() -> None:
    metadata = sa.MetaData()
    sa.Table("things", metadata, sa.Column("id", sa.Integer), sa.UniqueConstraint("id", name="u" * 64))
    with pytest.raises(LookupError), refused(db.session, metadata, by_name("u" * 64)):
        pass
