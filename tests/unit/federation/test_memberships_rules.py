"""When a code links two memberships."""

import datetime as dt
from typing import Any

import pytest

from federation.memberships import errors
from federation.memberships.rules import check_code

NOW = dt.datetime(2026, 11, 10, 18, tzinfo=dt.UTC)
INSTANT = dt.timedelta(microseconds=1)
GOOD: dict[str, Any] = {
    "made_by": ("nyc", "a"),
    "entered_by": ("london", "b"),
    "expires_at": NOW + INSTANT,
    "used_at": None,
    "now": NOW,
}


def test_a_code_that_nobody_has_used_works_until_it_expires() -> None:
    check_code(**GOOD)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"expires_at": NOW}, errors.LinkCodeExpired),
        ({"used_at": NOW, "expires_at": NOW}, errors.LinkCodeUsed),
        ({"entered_by": ("nyc", "b"), "used_at": NOW}, errors.LinkCodeOfSameSpace),
        ({"entered_by": ("nyc", "a"), "used_at": NOW}, errors.LinkCodeOwn),
        ({"entered_by": ("london", "a"), "expires_at": NOW}, errors.LinkCodeExpired),
    ],
)
def test_otherwise_it_says_why_not(changed: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check_code(**{**GOOD, **changed})
