"""The same button at the same moment: one place at an event, one giving back, and every click sees the answer."""

import threading
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from federation.rsvps.models import Rsvp as AtHub
from shared.ids import new_id
from shared.protocol.states import SeatKind
from space_node.db import Outbox
from space_node.members.service import Role
from space_node.rsvps import service
from space_node.rsvps.models import Rsvp
from tests.support.browsing import Browser
from tests.support.evening import Evening
from tests.support.guests import Guests
from tests.support.reading import form
from tests.support.threads import together

MANY = 4


def windows(guests: Guests, path: str) -> list[Browser]:
    """The same member in several windows, each with the page open."""
    made = [Browser(guests.home, Role.MEMBER, email=guests.ada.email)]
    made += [made[0].second_window() for _ in range(MANY - 1)]
    for browser in made:
        browser.get(path)
    return made


def test_many_clicks_are_one_place(guests: Guests) -> None:
    """Edge case 2: whether the same form is sent again or each window has one of its own."""
    evening = Evening(guests, party_max=1)
    opened = windows(guests, f"/events/{evening.event_id}")
    forms = [form(browser.page, "/my-events").fields for browser in opened]
    assert len({fields["rsvp_id"] for fields in forms}) == MANY
    pages = together(*(partial(browser.post, "/my-events", **fields) for browser, fields in zip(opened, forms, strict=True)))
    assert {(page.status_code, page.request.path[:11]) for page in pages} == {(200, "/my-events/")}
    assert len({page.request.path for page in pages}) == 1
    assert guests.home.look(lambda session: session.scalar(select(func.count()).select_from(Rsvp))) == 1
    assert guests.hub.look(lambda session: session.scalar(select(func.count()).select_from(AtHub))) == 1


def test_a_click_while_the_first_is_under_way_is_the_same_place(guests: Guests) -> None:
    evening = Evening(guests)
    first_has_asked, second_is_asking = threading.Event(), threading.Event()

    def click(session: Session) -> str:
        wanted = service.Wanted(rsvp_id=new_id(), session_id=evening.session_id, kind=SeatKind.IN_PERSON)
        return service.ask(session, member_id=guests.ada.id, wanted=wanted, now=evening.now).id

    def first(session: Session) -> str:
        asked = click(session)
        first_has_asked.set()
        # On PostgreSQL the second waits for this commit at the row, on SQLite at the door.
        second_is_asking.wait(1)
        return asked

    def second() -> str:
        first_has_asked.wait(5)
        second_is_asking.set()
        return guests.home.command(click)

    assert len(set(together(lambda: guests.home.command(first), second))) == 1


def test_many_clicks_give_one_place_back_once(guests: Guests) -> None:
    evening = Evening(guests)
    rsvp_id = evening.coming()
    opened = windows(guests, f"/my-events/{rsvp_id}")
    pages = together(*(partial(browser.post, f"/my-events/{rsvp_id}/cancel") for browser in opened))
    assert {page.status_code for page in pages} == {200}
    assert evening.place(rsvp_id).state == "cancelled_by_member"
    sent = select(func.count()).select_from(Outbox).where(Outbox.kind == "rsvp-cancel")
    assert guests.home.look(lambda session: session.scalar(sent)) == 1
