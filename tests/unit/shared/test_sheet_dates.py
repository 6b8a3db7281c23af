"""Dates in files: forms, and the order of day and month."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sheets.dates import DateOrder, order_of, read_date
from shared.sheets.errors import DatesAmbiguous

DMY, MDY = DateOrder.DMY, DateOrder.MDY
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
FORMS = {DMY: ("%d/%m/%Y", "%d-%m-%Y"), MDY: ("%m/%d/%Y", "%m-%d-%Y")}


@given(day=DAYS, order=st.sampled_from([DMY, MDY, None]), form=st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y"]))
def test_a_date_that_can_be_only_one_day_is_read_whatever_the_order(day, order, form) -> None:
    assert read_date(day.strftime(form), order) == day


@given(day=DAYS, order=st.sampled_from([DMY, MDY]), form=st.integers(0, 1))
def test_a_date_with_slashes_is_read_in_the_order(day, order, form) -> None:
    assert read_date(f" {day.strftime(FORMS[order][form])} ", order) == day


@given(days=st.lists(DAYS, min_size=1), order=st.sampled_from([DMY, MDY]))
def test_the_order_that_a_file_shows_reads_all_of_its_dates_right(days, order) -> None:
    written = [day.strftime(FORMS[order][0]) for day in days]
    try:
        found = order_of(enumerate(written))
    except DatesAmbiguous:
        assert all(day.day <= 12 for day in days)
    else:
        assert [read_date(text, found) for text in written] == days


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-03-01 00:00", date(2026, 3, 1)),
        ("2026-03-01T23:30:00Z", date(2026, 3, 1)),
        ("2026-3-1", date(2026, 3, 1)),
        ("1.3.2026", date(2026, 3, 1)),
        ("13/02/2026 10:00:00", date(2026, 2, 13)),
        ("02/13/2026", date(2026, 2, 13)),
        ("05/05/2026", date(2026, 5, 5)),
        ("", None),
        ("  ", None),
    ],
)
def test_times_of_day_are_left_out_and_blanks_are_no_date(cell, day) -> None:
    assert read_date(cell, None) == day


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("45352", "45352 is no date. Dates are written like 2026-03-29, 29/03/2026 or 29.03.2026."),
        ("01/03/26", "01/03/26 is no date. Dates are written like 2026-03-29, 29/03/2026 or 29.03.2026."),
        ("=TODAY()", "=TODAY() is no date. Dates are written like 2026-03-29, 29/03/2026 or 29.03.2026."),
        ("30/02/2026", "30/02/2026: there is no such day."),
        ("13/13/2026", "13/13/2026: there is no such day."),
        ("2026-00-10", "2026-00-10: there is no such day."),
        ("1899-12-31", "1899-12-31: a year from 1900 to 2100 is expected."),
        ("01.01.2101", "01.01.2101: a year from 1900 to 2100 is expected."),
    ],
)
def test_what_is_no_date_is_refused_with_the_reason(cell, said) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        read_date(cell, DMY)
    assert str(caught.value.args[0]) == said


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["01/02/2026", "13/02/2026"], DMY),
        (["01/02/2026", "02-13-2026"], MDY),
        (["05/05/2026", ""], None),
        (["13/02/2026", "02/13/2026"], None),
        (["2026-01-02", "01.02.2026", "x"], None),
        ([], None),
    ],
)
def test_the_order_is_what_the_file_shows(cells, order) -> None:
    assert order_of(enumerate(cells)) is order


@pytest.mark.parametrize("cells", [["05/05/2026", "01/02/2026"], ["13/02/2026", "01/02/2026", "02/13/2026"]])
def test_dates_that_can_be_two_days_are_refused_by_name(cells) -> None:
    with pytest.raises(DatesAmbiguous) as caught:
        order_of(enumerate(cells, 2))
    assert caught.value.params == {"line": 3, "example": "01/02/2026"}
