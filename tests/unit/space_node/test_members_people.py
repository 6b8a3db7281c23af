"""What a member is: state, roles, the names that are shown and searched."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text import text_fault
from space_node.accounts.models import Account
from space_node.members.rules.people import MemberState, default_display_name, state_on

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("ends_on", "state"),
    [(None, "active"), (date(2026, 3, 2), "active"), (date(2026, 3, 1), "ended"), (date(2027, 1, 1), "active")],
)
def test_the_last_day_of_a_membership_still_counts(ends_on, state) -> None:
    assert state_on(TODAY, ends_on) is MemberState(state)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada Lovelace", "Ada"),
        ("Niccolò", "Niccolò"),
        ("Wolfeschlegelsteinhausenbergerdorff", "Wolfeschlegelsteinhausen"),
        ("é" * 20, "é" * 12),
        ("x" + "é" * 20, "x" + "é" * 11),
        ("👩\u200d👩\u200d👧\u200d👦", "👩\u200d👩\u200d👧"),
        ("abcdefghijklmnopq👩\u200d👩", "abcdefghijklmnopq👩"),
        ("\u200d", "?"),
    ],
)
def test_a_passport_shows_the_first_name_as_far_as_it_goes(name, shown) -> None:
    assert default_display_name(name) == shown


@given(st.text(min_size=1, max_size=60).filter(lambda text: text.strip() and text_fault(text.strip(), max_length=120) is None))
def test_what_a_passport_shows_fits_it_and_can_be_seen(name) -> None:
    shown = default_display_name(name)
    assert 0 < len(shown.encode()) <= 24
    assert text_fault(shown, max_length=24) is None


@pytest.mark.parametrize(
    ("fields", "roles"),
    [
        ({}, set()),
        ({"member_id": "m"}, {"member"}),
        ({"is_desk": True}, {"desk"}),
        ({"is_manager": True}, {"desk", "manager"}),
        ({"member_id": "m", "is_desk": True, "is_manager": True}, {"member", "desk", "manager"}),
    ],
)
def test_an_account_has_the_roles_it_was_given_and_a_manager_the_desks_too(fields, roles) -> None:
    assert Account(**fields).roles() == roles
