"""The page on which a member links a membership with one elsewhere, and undoes it."""

import re

from space_node.members.service import Role
from tests.support.browsing import Browser
from tests.support.guests import Guests
from tests.support.reading import words

PAGE, CODE = "/my-memberships", re.compile(r'value="((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})" readonly')


def both(guests: Guests) -> tuple[Browser, Browser]:
    return Browser(guests.home, Role.MEMBER), Browser(guests.host, Role.MEMBER)


def made(browser: Browser) -> str:
    browser.get(PAGE)
    [code] = CODE.findall(browser.post(f"{PAGE}/code").get_data(as_text=True))
    return str(code)


def test_a_code_from_there_links_and_either_side_undoes(sqlite_guests: Guests) -> None:
    here, there = both(sqlite_guests)
    assert "My other memberships" in words(here.get("/passport"))
    code = made(here)
    assert code not in here.get(PAGE).get_data(as_text=True), "it is shown once"
    there.get(PAGE)
    assert "Linked with your membership at Lambrate" in words(there.post(f"{PAGE}/link", code=code))
    sqlite_guests.network.sync()
    assert "Linked with your membership at Thecube" in words(here.get(PAGE))
    assert "Linked with" not in words(here.post(f"{PAGE}/undo"))
    sqlite_guests.network.sync()
    assert "Linked with" not in words(there.get(PAGE))


def test_what_is_wrong_with_a_code_is_said_and_the_code_stays_typed(sqlite_guests: Guests) -> None:
    here, there = both(sqlite_guests)
    code = made(here)
    page = here.post(f"{PAGE}/link", code=code)
    assert page.status_code == 409
    assert "You made this code here." in words(page)
    assert f'value="{code}"' in page.get_data(as_text=True)
    there.get(PAGE)
    assert "A code has 16 letters and digits" in words(there.post(f"{PAGE}/link", code="0000"))
    assert there.page is not None
    assert there.page.status_code == 422
    assert there.post(f"{PAGE}/link", code="0000-0000-0000-0000").status_code == 404


def test_without_the_hub_there_is_no_code_and_a_wish_to_undo_waits(sqlite_guests: Guests) -> None:
    here, there = both(sqlite_guests)
    code = made(here)
    there.get(PAGE)
    there.post(f"{PAGE}/link", code=code)
    sqlite_guests.network.transport.cut()
    page = there.post(f"{PAGE}/code")
    assert page.status_code == 503
    assert not CODE.findall(page.get_data(as_text=True))
    assert "The link is being undone" in words(there.post(f"{PAGE}/undo"))
