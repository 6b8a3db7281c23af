"""Credits: the manager grants, the member sees what can be spent; and grants to everybody by the command line."""

import datetime as dt
import json

import pytest
from werkzeug.test import TestResponse

from shared.http import Answer
from shared.ids import new_id
from space_node.members.service import Role
from space_node.wallet import queries
from space_node.wallet.cli import group
from tests.support.away import sent, worth
from tests.support.browsing import Browser
from tests.support.guests import Guests
from tests.support.reading import form, words

DAY = dt.timedelta(days=1)
SOON = dt.timedelta(seconds=10)


def anna(guests: Guests) -> Browser:
    return Browser(guests.home, Role.MANAGER, email="anna@lambrate.test")


def path(guests: Guests) -> str:
    return f"/members/{guests.ada.id}/credits"


def grant(browser: Browser, guests: Guests, credits: str = "2,5", **changed: str) -> TestResponse:
    fields = form(browser.get(path(guests)), "/credits").fields
    return browser.post(path(guests), **{**fields, "credits": credits, **changed})


def test_a_manager_grants_credits_and_sees_them_at_once(guests: Guests) -> None:
    browser = anna(guests)
    assert "10 credits" in words(browser.get(path(guests)))
    page = grant(browser, guests)
    said = words(page)
    assert "The credits are on their way" in said
    assert "12.5 credits" in said
    assert "Granted" in said
    assert worth(guests) == (1250, 0)
    assert "12.5 credits" in words(browser.get("/credits"))
    assert "Ada Bianchi" in words(browser.get("/credits"))


def test_the_same_form_sent_twice_grants_once(guests: Guests) -> None:
    browser = anna(guests)
    fields = {**form(browser.get(path(guests)), "/credits").fields, "credits": "1"}
    for _ in range(2):
        browser.post(path(guests), **fields)
    assert worth(guests) == (1100, 0)
    assert len(sent(guests, "grant")) == 2


def test_a_form_that_granted_something_else_before_says_what_stands_and_may_be_sent_again(guests: Guests) -> None:
    browser = anna(guests)
    fields = {**form(browser.get(path(guests)), "/credits").fields, "credits": "1,5"}
    browser.post(path(guests), **fields)
    page = browser.post(path(guests), **{**fields, "credits": "2,5"})
    assert page.status_code == 409
    assert "This form has asked for 1.5 credits for Ada Bianchi before, valid until Mon 1 Jun 2026." in words(page)
    assert "on their way" not in words(page)
    assert worth(guests) == (1150, 0)
    typed = form(page, "/credits").fields
    assert typed["credits"] == "2,5"
    browser.post(path(guests), **typed)
    assert worth(guests) == (1400, 0)


def test_while_the_hub_is_away_a_grant_is_on_its_way(guests: Guests) -> None:
    browser = anna(guests)
    browser.get(path(guests))
    guests.network.transport.cut()
    assert "On its way" in words(grant(browser, guests))
    assert "grants that the hub has not answered yet" in words(browser.get("/credits"))
    guests.network.transport.heal()
    guests.clock.advance(SOON)
    guests.home.sync()
    assert "On its way" not in words(browser.get(path(guests)))
    assert worth(guests) == (1250, 0)


def test_a_grant_that_the_hub_refuses_says_why(sqlite_guests: Guests) -> None:
    problem = {"type": "https://twindesk.example/problems/grant-invalid", "detail": "Not these days."}

    def refuse(_method: str, where: str, answer: Answer) -> Answer:
        return Answer(422, {}, json.dumps(problem).encode()) if "/grants/" in where else answer

    browser = anna(sqlite_guests)
    browser.get(path(sqlite_guests))
    sqlite_guests.network.transport.tamper = refuse
    said = words(grant(browser, sqlite_guests))
    assert "Refused" in said
    assert "Not these days." in said
    assert "Not these days." in words(browser.get("/credits"))


@pytest.mark.parametrize("credits", ["1,5", "2,5"])
def test_a_form_whose_grant_the_hub_refused_says_so_and_asks_anew(sqlite_guests: Guests, credits: str) -> None:
    problem = {"type": "https://twindesk.example/problems/grant-invalid", "detail": "Not these days."}
    browser, transport = anna(sqlite_guests), sqlite_guests.network.transport
    fields = {**form(browser.get(path(sqlite_guests)), "/credits").fields, "credits": "1,5"}
    transport.tamper = lambda _method, where, answer: (
        Answer(422, {}, json.dumps(problem).encode()) if where.endswith(fields["grant_id"]) else answer
    )
    browser.post(path(sqlite_guests), **fields)
    page = browser.post(path(sqlite_guests), **{**fields, "credits": credits})
    assert page.status_code == 409
    assert "the hub has refused, so nothing was granted" in words(page)
    assert "The hub’s reason: Not these days." in words(page)
    assert "on their way" not in words(page)
    again = form(page, "/credits").fields
    assert again["credits"] == credits
    transport.tamper = None
    for _ in range(2):
        browser.post(path(sqlite_guests), **again)
    asked = [(row.state, again["grant_id"] in row.path) for row in sent(sqlite_guests, "grant")]
    assert asked[1:] == [("parked", False), ("answered", True)]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"credits": "much"}, "credits", "Credits"),
        ({"credits": "0"}, "credits", "An amount from 0.01"),
        ({"credits": ""}, "credits", "This is needed."),
        ({"credits": "1", "expires_on": "2026-03-02"}, "expires_on", "Credits end on a day that is still to come"),
        ({"credits": "1", "valid_from": "2026-04-02", "expires_on": "2026-04-01"}, "expires_on", "not before they begin"),
        ({"credits": "1", "kind": "gold"}, "kind", "Choose one of"),
        ({"credits": "1", "state": "granted"}, "state", "This field is not known here."),
    ],
)
def test_a_grant_that_cannot_be_right_is_shown_again_as_it_was_typed(
    sqlite_guests: Guests, typed: dict[str, str], field: str, said: str
) -> None:
    browser = anna(sqlite_guests)
    page = grant(browser, sqlite_guests, **typed)
    assert page.status_code == 422
    assert said in words(page)
    assert f'href="#{field}"' in page.get_data(as_text=True)
    shown = form(page, "/credits").fields
    assert {name: shown[name] for name in ("credits", "expires_on") if name in typed} == {
        name: value for name, value in typed.items() if name in ("credits", "expires_on")
    }
    assert len(sent(sqlite_guests, "grant")) == 1


def test_an_unknown_member_has_no_credits(sqlite_guests: Guests) -> None:
    browser = anna(sqlite_guests)
    assert browser.get(f"/members/{new_id()}/credits").status_code == 404


def test_a_member_sees_the_own_credits_and_since_when_they_are_known(guests: Guests) -> None:
    guests.book()
    guests.home.sync()
    browser = Browser(guests.home, Role.MEMBER, email=guests.ada.email)
    said = words(browser.get("/my-credits"))
    for part in ("8.5 credits", "1.5 credits", "From the plan", "Lambrate", "until Mon 1 Jun 2026", "As of 09:00 CET"):
        assert part in said
    nobody = Browser(guests.home, Role.MEMBER, email="carla@lambrate.test", name="Carla Neri")
    assert "No credits yet" in words(nobody.get("/my-credits"))


@pytest.mark.parametrize("role", [Role.MEMBER, Role.DESK])
def test_granting_is_the_managers_business_alone(sqlite_guests: Guests, role: Role) -> None:
    browser = Browser(sqlite_guests.home, role, email="other@lambrate.test")
    for where in ("/credits", path(sqlite_guests)):
        assert browser.get(where).status_code == 403
    browser.get("/trips" if role is Role.MEMBER else "/arrivals")
    assert browser.post(path(sqlite_guests), credits="1").status_code == 403
    assert len(sent(sqlite_guests, "grant")) == 1


def test_everybody_is_granted_by_one_command_and_nobody_twice(guests: Guests) -> None:
    guests.member("Berta Rossi", credits=0)
    assert guests.home.run_json(group, "grant", "--all", "--credits", "2.5") == {"granted": 2, "had_it": 0, "refused": 0}
    guests.member("Carla Neri", credits=0)
    done = guests.home.run(group, "grant", "--all", "--credits", "2.5")
    assert "1 grants are on their way to the hub." in done.output
    assert "2 members have been given the same today" in done.output
    assert guests.home.run_json(group, "grant", "--all", "--credits", "2.5", "--days", "30") == {
        "granted": 3,
        "had_it": 0,
        "refused": 0,
    }
    guests.home.sync()
    assert worth(guests) == (1500, 0)
    assert guests.home.look(queries.given_out) == 1000 + 3 * 500


def test_one_member_is_granted_as_often_as_the_manager_says(guests: Guests) -> None:
    for _ in range(2):
        done = guests.home.run(group, "grant", "--member", guests.ada.email, "--credits", "1")
        assert (done.exit_code, done.output.strip()) == (0, "1 grants are on their way to the hub.")
    assert worth(guests) == (1200, 0)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--credits", "1"],
        ["--all", "--member", "ada@lambrate.test", "--credits", "1"],
        ["--member", "nobody@lambrate.test", "--credits", "1"],
        ["--all", "--credits", "0"],
        ["--all", "--credits", "much"],
        ["--all", "--credits", "1", "--days", "0"],
    ],
)
def test_a_command_that_cannot_be_meant_grants_nothing(sqlite_guests: Guests, arguments: list[str]) -> None:
    assert sqlite_guests.home.run(group, "grant", *arguments).exit_code != 0
    assert len(sent(sqlite_guests, "grant")) == 1
