"""A member's passport on the phone and on paper, as the member meets it."""

import datetime as dt

import pytest

from space_node.members import service as members
from space_node.members.service import Role
from space_node.passports import queries
from tests.support.browsing import Browser
from tests.support.guests import Guests
from tests.support.node import Network
from tests.support.reading import form, forms, words

ISSUE, LOST = "/passport", "/passport/lost"


def ada(guests: Guests) -> Browser:
    return Browser(guests.home, Role.MEMBER, email=guests.ada.email)


def live(guests: Guests) -> list[str]:
    return [row.text for row in guests.home.look(lambda session: queries.live_general(session, guests.ada.id, guests.now))]


def test_a_member_gets_a_passport_with_one_button_and_looking_makes_none(guests: Guests) -> None:
    browser = ada(guests)
    page = browser.get("/passport")
    assert "You have no passport yet" in words(page)
    assert live(guests) == []
    page = browser.post(ISSUE, kind=form(page, ISSUE).fields["kind"])
    said = words(page)
    assert "Ada" in said
    assert "Valid until Tue 10 Mar 2026" in said
    assert "As of" in said
    assert page.get_data(as_text=True).count('class="qr"') == 1
    (text,) = live(guests)
    browser.post(ISSUE, kind="phone")
    assert live(guests) == [text]


def test_a_passport_on_paper_is_a_second_one(guests: Guests) -> None:
    browser = ada(guests)
    assert "There is none on paper yet" in words(browser.get("/passport/paper"))
    page = browser.post(ISSUE, kind="paper")
    assert "Valid until Thu 2 Apr 2026" in words(page)
    assert len(forms(page, ISSUE)) == 1
    browser.post(ISSUE, kind="phone")
    assert len(live(guests)) == 2


def test_what_was_lost_is_replaced(guests: Guests) -> None:
    browser = ada(guests)
    browser.get("/passport")
    page = browser.post(ISSUE, kind="phone")
    (lost,) = live(guests)
    assert forms(page, LOST)
    page = browser.post(LOST)
    assert "Your old passports are withdrawn" in words(page)
    assert live(guests) != [lost]
    assert len(live(guests)) == 1


def test_while_the_hub_is_away_what_was_lost_is_not_said_to_be_known_at_the_doors(guests: Guests) -> None:
    browser = ada(guests)
    browser.get("/passport")
    browser.post(ISSUE, kind="phone")
    guests.network.transport.cut()
    said = words(browser.post(LOST))
    assert "Until the hub hears of it, doors elsewhere still take them." in said
    assert "Doors know it" not in said
    assert len(live(guests)) == 1


@pytest.mark.parametrize(("kind", "status"), [("visit", 404), ("gold", 422)])
def test_no_other_kind_can_be_had_here(sqlite_guests: Guests, kind: str, status: int) -> None:
    browser = ada(sqlite_guests)
    browser.get("/passport")
    assert browser.post(ISSUE, kind=kind).status_code == status
    assert live(sqlite_guests) == []


def test_the_page_works_with_the_hub_away_and_says_so(sqlite_guests: Guests) -> None:
    browser = ada(sqlite_guests)
    browser.get("/passport")
    sqlite_guests.network.transport.cut()
    browser.post(ISSUE, kind="phone")
    sqlite_guests.clock.advance(dt.timedelta(hours=1))
    with pytest.raises(Exception, match=r"reach|connection|answer"):
        sqlite_guests.home.sync()
    page = browser.get("/passport")
    assert page.status_code == 200
    assert "cannot be reached at present" in words(page)


def test_before_the_space_has_joined_there_is_nowhere_to_travel(network: Network) -> None:
    node = network.node("cowo-milano")
    node.command(lambda session: members.add_member(session, name="Eva", email="eva@x.test", now=network.clock.now()))
    browser = Browser(node, Role.MEMBER, email="eva@x.test")
    assert "has not joined a network yet" in words(browser.get("/passport"))
    assert browser.get("/passport/paper").status_code == 200


@pytest.mark.parametrize("role", [Role.DESK, Role.MANAGER])
def test_whoever_is_no_member_has_no_passport(sqlite_guests: Guests, role: Role) -> None:
    assert Browser(sqlite_guests.home, role).get("/passport").status_code == 403


def test_a_stranger_signs_in_first(sqlite_guests: Guests) -> None:
    assert Browser(sqlite_guests.home).get("/passport").status_code == 303
