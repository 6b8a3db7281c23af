"""The member's pages about people: cards, a question, a yes with what may be told, an end; each form again where refused."""

import pytest
from werkzeug.test import TestResponse

from space_node.members.queries import Member
from space_node.members.service import Role
from tests.support.browsing import Browser
from tests.support.guests import Guests
from tests.support.helping import CARD, QUESTION, Helping
from tests.support.node import NodeWorld
from tests.support.reading import form, forms, words


@pytest.fixture
def town(sqlite_guests: Guests) -> Helping:
    return Helping(sqlite_guests)


def enter(node: NodeWorld, member: Member) -> Browser:
    return Browser(node, Role.MEMBER, email=member.email)


def fill(browser: Browser, path: str, action: str, **changed: object) -> TestResponse:
    """Open a page, fill its form whose address ends so, and send it."""
    found = form(browser.get(path), action)
    return browser.post(found.action, **{**found.fields, **changed})


def test_from_a_card_and_a_question_to_two_people_who_know_each_other(town: Helping) -> None:
    bea_row = town.person("Bea Cox")
    ada, bea = enter(town.home, town.guests.ada), enter(town.host, bea_row)
    said = words(fill(bea, "/people/cards", "/people/cards", topic="law", kind="can_advise", reach="twins", note=CARD))
    assert f"Law · Giving advice {CARD} This space and its twins" in said
    asked = fill(ada, "/people/ask", "/people/ask", topic="law", question=QUESTION)
    assert "Your question is on its way." in words(asked)
    assert "Still looking" in words(asked)
    town.sync()
    assert "Somebody waits for your word" in words(bea.get("/"))
    [row] = town.rows(bea_row)
    page = bea.get("/people")
    assert f"Somebody at Lambrate asks {QUESTION}" in words(page)
    assert "Ada" not in words(page)
    answered = fill(bea, f"/people/{row.id}", "/yes", ticked=["name", "email"])
    assert "You have said yes" in words(answered)
    town.sync()
    assert "Bea" not in words(ada.get(f"/people/{row.id}"))
    assert "You have both said yes" in words(fill(ada, f"/people/{row.id}", "/yes", ticked=["note"], note="Ring 12."))
    town.sync()
    told = words(ada.get(f"/people/{row.id}"))
    assert "How to reach them Name Bea Cox E-mail bea.cox@thecube.test" in told
    assert "In their words" not in told
    assert "In their words Ring 12." in words(bea.get(f"/people/{row.id}"))
    assert "Thecube has not confirmed it yet." in words(fill(ada, f"/people/{row.id}", "/end"))
    town.sync()
    assert "Thecube confirmed it on" in words(ada.get(f"/people/{row.id}"))
    closed = fill(ada, "/people", "/close")
    assert "Closed" in words(closed)
    assert forms(closed, "/close") == []


def test_a_no_is_one_click_and_leads_back(town: Helping) -> None:
    bea_row = town.helper("Bea Cox")
    bea = enter(town.host, bea_row)
    town.ask()
    page = fill(bea, f"/people/{town.rows(bea_row)[0].id}", "/no")
    assert (page.request.path, "Waits for your word" in words(page)) == ("/people", False)
    assert "Nothing came of it" in words(bea.get(f"/people/{town.rows(bea_row)[0].id}"))
    assert "You have no card" in words(fill(bea, "/people/cards", "/drop"))


def test_what_is_wrong_is_said_on_the_form_with_what_was_typed(town: Helping) -> None:
    bea_row = town.helper("Bea Cox")
    ada, bea = enter(town.home, town.guests.ada), enter(town.host, bea_row)
    named = fill(ada, "/people/ask", "/people/ask", topic="law", question="I am Ada Bianchi.")
    assert (named.status_code, form(named, "/people/ask").fields["question"]) == (422, "I am Ada Bianchi.")
    assert "neither your name nor an e-mail address" in words(named)
    unseen = fill(bea, "/people/cards", "/people/cards", topic="food", reach="space", discreet="yes")
    assert (unseen.status_code, "outside your space" in words(unseen)) == (422, True)
    refused = fill(bea, "/people/cards", "/limit", max_open="99")
    assert (refused.status_code, form(refused, "/people/cards").fields["kind"]) == (422, "can_advise")
    kept = fill(bea, "/people/cards", "/limit", max_open="0")
    assert form(kept, "/limit").fields["max_open"] == "0"
    town.card(bea_row)
    fill(bea, "/people/cards", "/limit", max_open="1")
    town.ask()
    row = town.rows(bea_row)[0]
    nothing = fill(bea, f"/people/{row.id}", "/yes", ticked=[])
    assert (nothing.status_code, "Tick at least one thing" in words(nothing)) == (422, True)
    assert enter(town.host, town.person("Eve")).get(f"/people/{row.id}").status_code == 404


def test_people_of_the_space_are_counted_from_three_on(town: Helping) -> None:
    """Edge case 68: the page counts nobody who is discreet, and says no number below the floor."""
    ada = enter(town.home, town.guests.ada)
    for name in ("One", "Two"):
        town.helper(name, town.home)
    town.helper("Sue", town.home, discreet=True)
    assert "Whom you can ask here" not in words(ada.get("/people/ask"))
    town.helper("Three", town.home)
    assert "Whom you can ask here People of this space with a card, where there are at least three of them. Law 3" in words(
        ada.get("/people/ask")
    )
