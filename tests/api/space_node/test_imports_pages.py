"""A calendar from elsewhere becomes drafts, by its address or its file; again, with what has changed, never what is published."""

import datetime as dt
import io
import re
from typing import Any

import pytest
from flask import Flask, Response

from shared.calendar.writer import CONTENT_TYPE
from space_node.events import queries as events
from space_node.events import service as organiser
from space_node.members.service import Role
from tests.support.browsing import Browser
from tests.support.calendars import event, file
from tests.support.organising import Organisers

SOON = dt.timedelta(minutes=5)
ORIGIN = "https://calendar.example"
TALK = ("UID:talk", "SUMMARY:Talk", "DTSTART;TZID=Europe/London:20260312T180000", "DTEND;TZID=Europe/London:20260312T193000")
SERIES = ("UID:series", "SUMMARY:Breakfast", "DTSTART:20260304T083000", "DTEND:20260304T093000")


class Elsewhere:
    """A server with the space's calendar."""

    def __init__(self) -> None:
        self.raw, self.status = file(), 200
        self.app = Flask("elsewhere")
        self.app.add_url_rule("/space.ics", "space", lambda: Response(self.raw, self.status, content_type=CONTENT_TYPE))


@pytest.fixture
def town(organisers: Organisers) -> Organisers:
    return organisers


@pytest.fixture
def elsewhere(town: Organisers) -> Elsewhere:
    made = Elsewhere()
    town.network.transport.serve(ORIGIN, made.app)
    return made


@pytest.fixture
def manager(town: Organisers) -> Browser:
    return Browser(town.london, Role.MANAGER)


def words(browser: Browser) -> str:
    assert browser.page is not None
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.page.get_data(as_text=True)))


def fetched(browser: Browser) -> str:
    browser.get("/calendar/import")
    browser.post("/calendar/import", address=f"{ORIGIN}/space.ics")
    return words(browser)


def keys(browser: Browser, *, ticked: bool = True) -> list[str]:
    assert browser.page is not None
    boxes = re.findall(r'name="take" value="([0-9a-f]{24})"( checked)?', browser.page.get_data(as_text=True))
    return [key for key, checked in boxes if checked or not ticked]


def take(browser: Browser, *chosen: str) -> str:
    assert browser.page is not None
    browser.post(browser.page.request.path, take=list(chosen or keys(browser)))
    return words(browser)


def drafts(town: Organisers) -> dict[str, Any]:
    return {one.title: one for one in town.london.look(lambda session: events.own_events(session, 50))}


def starts(town: Organisers, event_id: str) -> list[str]:
    return [own.starts_local for own in town.sessions(event_id)]


def test_a_calendar_becomes_drafts_with_their_dates(town: Organisers, elsewhere: Elsewhere, manager: Browser) -> None:
    elsewhere.raw = file(
        event(*TALK, "DESCRIPTION:<p>Bring a <b>laptop</b></p>", "CATEGORIES:design,law", "LOCATION:Sala Blu\\, Via Roma 1"),
        event(*SERIES, "RRULE:FREQ=WEEKLY;COUNT=4"),
        event("UID:off", "SUMMARY:Called off", "DTSTART:20260312T180000Z", "DTEND:20260312T190000Z", "STATUS:CANCELLED"),
        event("UID:old", "DTSTART:20250312T180000Z", "DTEND:20250312T190000Z"),
        event("UID:bad", "SUMMARY:Broken", "RRULE:FREQ=SECONDLY"),
    )
    shown = fetched(manager)
    for text in ("Talk", "Breakfast", "4 dates", "Called off", "Broken", "in a way that is not taken", "1 entry is over"):
        assert text in shown
    assert len(keys(manager)) == 2
    assert "2 new drafts, 0 drafts written anew." in take(manager)
    made = drafts(town)
    assert {title: str(one.state) for title, one in made.items()} == {"Talk": "draft", "Breakfast": "draft"}
    talk = made["Talk"]
    assert (talk.description, talk.topics) == ("Bring a laptop", ["design", "law"])
    assert (str(talk.reach), talk.language) == ("network", "it")
    [session] = town.sessions(talk.id)
    assert (session.starts_local, session.zone, session.duration_minutes) == ("2026-03-12T18:00", "Europe/London", 90)
    assert (session.venue["name"], session.venue["address"]) == ("Sala Blu", "Via Roma 1")
    assert starts(town, made["Breakfast"].id) == [f"2026-03-{day:02}T08:30" for day in (4, 11, 18, 25)]
    town.network.sync()
    assert town.network.transport.asked(talk.id) == []


def test_the_same_calendar_again_changes_its_drafts_and_keeps_what_was_said_here(
    town: Organisers, elsewhere: Elsewhere, manager: Browser
) -> None:
    elsewhere.raw = file(event(*TALK), event(*SERIES, "RRULE:FREQ=WEEKLY;COUNT=3"))
    fetched(manager)
    take(manager)
    talk, series = drafts(town)["Talk"], drafts(town)["Breakfast"]
    [own] = town.sessions(talk.id)
    town.session(town.london, talk.id, own.id, starts_local=own.starts_local, seats_in_person=7, closes_local="2026-03-11T12:00")
    assert "As in your draft" in fetched(manager)
    assert (keys(manager), len(keys(manager, ticked=False))) == ([], 2)
    moved = [line.replace("0312T", "0313T") for line in TALK]
    elsewhere.raw = file(
        event(*moved, "LOCATION:Elsewhere"), event(*SERIES, "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE:20260311T083000")
    )
    assert "Changed: your draft is written anew" in fetched(manager)
    assert "0 new drafts, 2 drafts written anew." in take(manager)
    assert {title: one.id for title, one in drafts(town).items()} == {"Talk": talk.id, "Breakfast": series.id}
    [again] = town.sessions(talk.id)
    assert (again.id, again.starts_local, again.seats_in_person, again.closes_local) == (own.id, "2026-03-13T18:00", 7, None)
    assert starts(town, series.id) == [f"2026-03-{day:02}T08:30" for day in (4, 18, 25)]


def test_what_is_published_is_never_written_anew_and_what_was_thrown_away_is_new(
    town: Organisers, elsewhere: Elsewhere, manager: Browser
) -> None:
    elsewhere.raw = file(event(*TALK), event(*SERIES))
    fetched(manager)
    take(manager)
    talk, series = drafts(town)["Talk"], drafts(town)["Breakfast"]
    town.london.command(lambda session: organiser.publish(session, event_id=talk.id, now=town.now))
    town.london.command(lambda session: organiser.delete_draft(session, event_id=series.id))
    elsewhere.raw = file(event(*TALK[:1], "SUMMARY:Not the talk", *TALK[2:]), event(*SERIES))
    shown = fetched(manager)
    assert "Published here" in shown
    [only] = keys(manager, ticked=False)
    assert "1 new draft, 0 drafts written anew." in take(manager, only)
    assert {title: str(one.state) for title, one in drafts(town).items()} == {"Talk": "published", "Breakfast": "draft"}


def test_all_that_is_chosen_is_imported_or_nothing(town: Organisers, elsewhere: Elsewhere, manager: Browser) -> None:
    elsewhere.raw = file(event(*SERIES), event(*TALK))
    fetched(manager)
    first, second = keys(manager)
    assert "Choose at least one event." in take(manager, "0" * 24)
    elsewhere.raw = file(*(event(f"UID:{n}", *SERIES[1:], "RRULE:FREQ=WEEKLY") for n in range(14)))
    fetched(manager)
    assert "At most 100 events with 400 dates" in take(manager)
    assert drafts(town) == {}
    soon = f"DTSTART:{town.now + SOON:%Y%m%dT%H%M%SZ}"
    elsewhere.raw = file(event(*SERIES[:2], soon, "DURATION:PT3H", but=("DTEND",)), event(*TALK))
    fetched(manager)
    town.clock.advance(2 * SOON)
    assert "All its dates have begun." in take(manager, "0" * 24)
    assert "Choose at least one event." in take(manager, first)
    assert drafts(town) == {}
    assert "1 new draft" in take(manager, first, second)
    assert drafts(town).keys() == {"Talk"}


def test_an_entry_that_no_longer_fits_its_draft_is_named_and_nothing_is_imported(
    town: Organisers, elsewhere: Elsewhere, manager: Browser
) -> None:
    elsewhere.raw = file(event(*TALK))
    fetched(manager)
    take(manager)
    talk = drafts(town)["Talk"]
    [own] = town.sessions(talk.id)
    late = f"{own.starts_local[:10]}T19:15"
    town.session(town.london, talk.id, own.id, starts_local=own.starts_local, closes_local=late)
    elsewhere.raw = file(event(*SERIES), event(*TALK[:3], "DTEND;TZID=Europe/London:20260312T190000"))
    fetched(manager)
    shown = take(manager)
    assert "“Talk” cannot become a draft, so nothing was imported. Sign-up cannot close after the end." in shown
    assert drafts(town).keys() == {"Talk"}
    [kept] = town.sessions(talk.id)
    assert (kept.duration_minutes, kept.closes_local) == (90, late)


def test_a_file_is_taken_instead_of_an_address(town: Organisers, manager: Browser) -> None:
    manager.get("/calendar/import")
    manager.post("/calendar/import", file=(io.BytesIO(file(event(*TALK))), "space.ics"))
    assert "space.ics" in words(manager)
    assert "1 new draft" in take(manager)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Give the address of the calendar"),
        ({"address": "https://calendar.example/none.ics"}, "No calendar came from this address"),
        ({"address": "https://nowhere.example/space.ics"}, "No calendar came from this address"),
        ({"file": b"<html>"}, "This is not a calendar file"),
        ({"file": bytes(range(256))}, "This is not a calendar file"),
    ],
)
def test_what_is_no_calendar_is_told_in_a_sentence(
    elsewhere: Elsewhere, manager: Browser, form: dict[str, Any], sentence: str
) -> None:
    """Edge case 62: whatever comes, the page says what is wrong."""
    manager.get("/calendar/import")
    sent = {name: (io.BytesIO(value), "x.ics") if isinstance(value, bytes) else value for name, value in form.items()}
    assert manager.post("/calendar/import", **sent).status_code in {422, 503}
    assert sentence in words(manager)


def test_markup_in_a_calendar_is_text_on_the_page(elsewhere: Elsewhere, manager: Browser) -> None:
    """Edge case 63: nothing of a calendar runs in the manager's browser."""
    elsewhere.raw = file(
        event(*TALK[2:], 'SUMMARY:"><img src=x onerror=alert(1)>', 'UID:"><script>alert(1)</script>', "LOCATION:<svg onload=x>")
    )
    fetched(manager)
    assert manager.page is not None
    page = manager.page.get_data(as_text=True)
    assert "<svg onload" not in page
    assert "<img src=x" not in page
    assert "alert(1)" not in page


def test_only_managers_import_and_each_sees_only_their_own_file(town: Organisers, elsewhere: Elsewhere, manager: Browser) -> None:
    elsewhere.raw = file(event(*TALK))
    fetched(manager)
    assert manager.page is not None
    other = Browser(town.london, Role.MANAGER, email="other@thecube.test")
    assert other.get(manager.page.request.path).status_code == 404
    assert Browser(town.london, Role.DESK).get("/calendar/import").status_code in {302, 303, 403, 404}
