"""What goes into a column comes back the same from both engines."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import StatementError

from tests.support.toy_service.db import db, read_only, transactional
from tests.support.toy_service.purses.models import Purse

ROME_SUMMER = dt.timezone(dt.timedelta(hours=2))
AT = dt.datetime(2026, 3, 29, 2, 30, 0, 123456, tzinfo=ROME_SUMMER)


@transactional
def keep(**columns: Any) -> None:
    db.session.execute(sa.update(Purse).values(**columns))


@read_only
def kept(column: Any) -> Any:
    return db.session.scalars(sa.select(column)).one()


def test_an_instant_comes_back_aware_in_utc_and_to_the_microsecond(toy: Flask) -> None:
    keep(opened_at=AT)
    assert (kept(Purse.opened_at), kept(Purse.opened_at).tzinfo) == (AT, dt.UTC)
    keep(opened_at=None)
    assert kept(Purse.opened_at) is None


def test_instants_compare_by_time_whatever_their_zone(toy: Flask) -> None:
    keep(opened_at=AT)
    count = sa.select(sa.func.count()).select_from(Purse)
    same_time, next_moment = AT.astimezone(dt.timezone(dt.timedelta(hours=-8))), AT + dt.timedelta(microseconds=1)
    found = [
        read_only(lambda when=when: db.session.scalar(count.where(Purse.opened_at >= when)))()
        for when in (same_time, next_moment)
    ]
    assert found == [1, 0]


def test_an_instant_without_its_zone_is_refused(toy: Flask) -> None:
    with pytest.raises(StatementError, match="needs its zone"):
        keep(opened_at=dt.datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize("value", [{"b": [1, None, 1.5], "a": "é\u0000\n🪑"}, [], "text", 0, False])
def test_json_comes_back_as_it_went_in(toy: Flask, value: object) -> None:
    keep(notes=value)
    assert kept(Purse.notes) == value


def test_json_is_always_written_the_same_way(toy: Flask) -> None:
    keep(notes={"b": 1, "a": {"d": "é", "c": 2}})
    assert kept(sa.type_coerce(Purse.notes, sa.Text)) == '{"a":{"c":2,"d":"é"},"b":1}'
    keep(notes=None)
    assert kept(sa.type_coerce(Purse.notes, sa.Text)) is None
    assert kept(Purse.notes) is None


@pytest.mark.parametrize("value", [float("nan"), {1, 2}])
def test_what_json_cannot_say_is_refused(toy: Flask, value: object) -> None:
    with pytest.raises(StatementError):
        keep(notes=value)
