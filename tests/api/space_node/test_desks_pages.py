"""The manager's page about guest desks: the usual week, days that differ, and nothing that was typed gets lost."""

import datetime as dt
from typing import Any

import pytest
from werkzeug.test import TestResponse

from space_node.desks import queries
from space_node.desks.cli import group
from space_node.members.service import Role
from tests.support.away import became, offer
from tests.support.browsing import Browser
from tests.support.guests import Guests
from tests.support.reading import form, forms, words

DAY = dt.timedelta(days=1)
PAGE = "/guest-desks"


def tom(guests: Guests) -> Browser:
    browser = Browser(guests.host, Role.MANAGER)
    browser.get(PAGE)
    return browser


def keep_week(browser: Browser, **changed: str) -> TestResponse:
    fields = form(browser.get(PAGE), "/week").fields
    return browser.post(f"{PAGE}/week", **{**fields, **changed})


def keep_day(browser: Browser, **typed: str) -> TestResponse:
    browser.get(PAGE)
    return browser.post(f"{PAGE}/days", **typed)


def week(guests: Guests) -> dict[int, tuple[int, int]]:
    found = guests.host.look(queries.week)
    return {day: (row.morning_seats, row.afternoon_seats) for day, row in sorted(found.items())}


def differing(guests: Guests) -> list[Any]:
    return guests.host.look(lambda session: queries.exceptions(session, guests.today))


def test_the_week_is_shown_as_it_is_kept_and_a_change_reaches_the_twins(guests: Guests) -> None:
    browser = tom(guests)
    fields = form(browser.get(PAGE), "/week").fields
    assert {name: value for name, value in fields.items() if name not in ("csrf_token", "shown")} == {
        f"{half}_{n}": "3" for n in range(7) for half in ("morning", "afternoon")
    }
    page = keep_week(browser, morning_1="1", afternoon_1="")
    assert "Guests see the new numbers as soon as the hub has them." in words(page)
    assert week(guests)[1] == (1, 0)
    guests.network.sync()
    assert offer(guests).free == 2
    assert form(browser.get(PAGE), "/week").fields["afternoon_1"] == "0"


@pytest.mark.parametrize(
    ("typed", "said"), [("-1", "A number from 0 to 500"), ("many", "A whole number"), ("501", "A number from 0 to 500")]
)
def test_a_week_that_cannot_be_right_is_shown_again_as_it_was_typed(sqlite_guests: Guests, typed: str, said: str) -> None:
    page = keep_week(tom(sqlite_guests), morning_1=typed, afternoon_2="7")
    assert page.status_code == 422
    fields = form(page, "/week").fields
    assert (fields["morning_1"], fields["afternoon_2"]) == (typed, "7")
    assert words(page).count(said) == 2
    assert "Seats on Tue morning" in words(page)
    assert 'aria-invalid="true"' in page.get_data(as_text=True)
    assert week(sqlite_guests)[2] == (3, 3)


def test_a_form_that_was_open_meanwhile_undoes_nothing(guests: Guests) -> None:
    browser = tom(guests)
    stale = form(browser.get(PAGE), "/week").fields
    keep_week(browser, morning_0="2")
    page = browser.post(f"{PAGE}/week", **{**stale, "morning_1": "1"})
    assert "Guests see the new numbers" in words(page)
    assert (week(guests)[0], week(guests)[1]) == ((2, 3), (1, 3))
    fields = form(page, "/week").fields
    assert (fields["morning_0"], fields["morning_1"]) == ("2", "1")


def test_who_changes_what_was_changed_meanwhile_is_told_and_may_insist(guests: Guests) -> None:
    browser = tom(guests)
    stale = form(browser.get(PAGE), "/week").fields
    keep_week(browser, morning_0="2", afternoon_0="1")
    page = browser.post(f"{PAGE}/week", **{**stale, "morning_0": "5", "morning_1": "1"})
    assert page.status_code == 409
    assert "Seats on Mon morning: Somebody has changed this to “2” meanwhile." in words(page)
    fields = form(page, "/week").fields
    assert [fields[name] for name in ("morning_0", "afternoon_0", "morning_1")] == ["5", "1", "1"]
    assert (week(guests)[0], week(guests)[1]) == ((2, 1), (3, 3))
    browser.post(f"{PAGE}/week", **fields)
    assert (week(guests)[0], week(guests)[1]) == ((5, 1), (1, 3))


def test_a_day_is_closed_and_those_who_are_booked_keep_their_desk(guests: Guests) -> None:
    booking_id, browser = guests.booked(), tom(guests)
    page = keep_day(browser, on=guests.today.isoformat(), reason="Party")
    assert "Nobody who is booked loses the desk." in words(page)
    assert "Party" in words(page)
    [row] = differing(guests)
    assert (row.on, row.open, row.reason) == (guests.today, False, "Party")
    guests.network.sync()
    assert became(guests, booking_id)[0] == "confirmed"
    assert offer(guests).hindrance == "closed"
    page = browser.post(form(browser.get(PAGE), "/clear").action)
    assert "The day is like its weekday again." in words(page)
    assert (differing(guests), forms(page, "/clear")) == ([], [])


def test_a_day_may_have_other_seats_than_its_weekday(guests: Guests) -> None:
    on = guests.today + DAY
    keep_day(tom(guests), on=on.isoformat(), open="yes", morning="8", afternoon="9")
    guests.network.sync()
    assert offer(guests, on=on).free == 10


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"on": "2026-03-02", "morning": "4"}, "on", "Only today and days to come can be changed."),
        ({"on": "2026-02-30", "morning": "4"}, "on", "There is no such date."),
        ({"morning": "4"}, "on", "This is needed."),
        ({"on": "2026-03-04", "morning": "-4"}, "morning", "A number from 0 to 500"),
        ({"on": "2026-03-04", "morning": "4", "reason": "x" * 201}, "reason", "200"),
        ({"on": "2026-03-04", "morning": "4", "rev": "1"}, "rev", "This field is not known here."),
    ],
)
def test_a_day_that_cannot_be_right_is_shown_again_as_it_was_typed(
    sqlite_guests: Guests, typed: dict[str, str], field: str, said: str
) -> None:
    page = keep_day(tom(sqlite_guests), **typed)
    assert page.status_code == 422
    assert said in words(page)
    assert f'href="#{field}"' in page.get_data(as_text=True)
    shown = form(page, "/days").fields
    assert {name: shown[name] for name in typed.keys() & shown.keys()} == {n: v for n, v in typed.items() if n in shown}
    assert form(page, "/week").fields["morning_1"] == "3"
    assert differing(sqlite_guests) == []


def test_a_day_that_is_no_day_cannot_be_cleared(sqlite_guests: Guests) -> None:
    browser = tom(sqlite_guests)
    assert browser.post(f"{PAGE}/days/2026-02-30/clear").status_code == 422
    browser.get(PAGE)
    assert browser.post(f"{PAGE}/days/tomorrow/clear").status_code == 404


@pytest.mark.parametrize("role", [Role.MEMBER, Role.DESK])
def test_guest_desks_are_the_managers_business_alone(sqlite_guests: Guests, role: Role) -> None:
    browser = Browser(sqlite_guests.host, role, email="staff@thecube.test")
    assert browser.get(PAGE).status_code == 403
    browser.get("/trips" if role is Role.MEMBER else "/arrivals")
    for path in (f"{PAGE}/week", f"{PAGE}/days", f"{PAGE}/days/2026-03-04/clear"):
        assert browser.post(path, on="2026-03-04").status_code == 403
    assert differing(sqlite_guests) == []


def test_seats_are_offered_by_the_command_line(guests: Guests) -> None:
    done = guests.host.run(group, "offer", "--seats", "4", "--weekday", "tue", "--weekday", "sat")
    assert (done.exit_code, done.output.strip()) == (0, "Guests may have 4 desks on tue, sat.")
    assert (week(guests)[0], week(guests)[1], week(guests)[5]) == ((3, 3), (4, 4), (4, 4))
    done = guests.host.run(group, "offer", "--seats", "2")
    assert (week(guests)[4], week(guests)[6]) == ((2, 2), (3, 3))


def test_a_day_is_closed_by_the_command_line_and_the_days_are_listed(guests: Guests) -> None:
    done = guests.host.run(group, "close", "2026-03-04", "--reason", "Party")
    assert (done.exit_code, done.output.strip()) == (0, "2026-03-04 is closed to new guests.")
    rows = guests.host.run_json(group, "list")
    assert (len(rows), rows[0]) == (62, {"on": "2026-03-03", "open": True, "morning_seats": 3, "afternoon_seats": 3})
    assert rows[1] == {"on": "2026-03-04", "open": False, "morning_seats": 0, "afternoon_seats": 0}
    assert "2026-03-04    0    0  closed" in guests.host.run(group, "list").output


def test_a_past_day_cannot_be_closed_by_the_command_line(sqlite_guests: Guests) -> None:
    done = sqlite_guests.host.run(group, "close", "2026-03-02")
    assert done.exit_code == 1
    assert differing(sqlite_guests) == []
