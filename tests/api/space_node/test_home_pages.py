"""The first page of each kind of user, and the statement by the command line."""

import datetime as dt
import json
from typing import Any

import pytest
from sqlalchemy import update

from shared.http import Answer
from space_node.accounts.models import Account
from space_node.db import ParkedItem
from space_node.home.cli import statement
from space_node.members.service import Role
from space_node.trips.models import Trip
from tests.support.browsing import Browser
from tests.support.guests import HOST, Guests
from tests.support.node import Network
from tests.support.reading import form, words

DAY = dt.timedelta(days=1)


def test_a_stranger_is_welcomed_and_shown_the_way_in(guests: Guests) -> None:
    said = words(Browser(guests.host).get("/"))
    for part in ("Thecube", "Benvenuti.", "Via Ventura 3", "Ring twice.", "Sign in"):
        assert part in said


def test_a_space_that_has_not_joined_says_how_to(network: Network) -> None:
    alone = network.node("cowo-milano")
    assert "This space has not joined a network yet" in words(Browser(alone).get("/"))
    said = words(Browser(alone, Role.MANAGER).get("/"))
    assert "This space has not joined a network yet" in said
    assert "space-node join" in said
    assert "No twins yet" in words(Browser(alone, Role.MEMBER).get("/find-a-desk"))


def test_a_member_lands_on_the_next_trips_and_the_credits(guests: Guests) -> None:
    browser = Browser(guests.home, Role.MEMBER, email=guests.ada.email)
    said = words(browser.get("/"))
    assert "Hello, Ada" in said
    assert "No trips ahead" in said
    assert "1 partner space keeps desks for you." in said
    booking_id = guests.book()
    guests.home.sync()
    page = browser.get("/")
    assert f"/trips/{booking_id}" in page.get_data(as_text=True)
    for part in ("Thecube", "Confirmed", "8.5 credits", "1.5 credits"):
        assert part in words(page)


def test_the_desk_lands_on_todays_arrivals(sqlite_guests: Guests) -> None:
    page = Browser(sqlite_guests.host, Role.DESK).get("/")
    assert (page.status_code, page.headers["Location"]) == (303, "/arrivals")


def test_a_manager_lands_on_the_overview(guests: Guests) -> None:
    guests.booked()
    browser = Browser(guests.host, Role.MANAGER)
    said = words(browser.get("/"))
    for part in ("Overview", "Active", "Guests expected today 1", "Guests here now 0", "Lambrate", "Milano"):
        assert part in said
    assert "parked" not in said.replace("Parked", "")
    # Who is a member too has both ways in the navigation.
    both = Browser(guests.home, Role.MANAGER, Role.MEMBER, email="both@lambrate.test", name="Gina Neri")
    page = both.get("/").get_data(as_text=True)
    assert "Members away today" in page
    assert 'href="/find-a-desk"' in page
    assert 'href="/find-a-desk"' not in browser.get("/").get_data(as_text=True)


def test_a_manager_sees_that_the_hub_is_away_and_what_waits(guests: Guests) -> None:
    guests.network.transport.cut()
    guests.book()
    with pytest.raises(Exception, match="reached"):
        guests.home.sync()
    said = words(Browser(guests.home, Role.MANAGER).get("/"))
    for part in ("The hub cannot be reached", "Last answer", "Commands waiting"):
        assert part in said
    member = words(Browser(guests.home, Role.MEMBER, email=guests.ada.email).get("/"))
    assert "Your passport and your confirmed trips work all the same." in member


def test_a_manager_sees_what_is_parked_and_where_to_look(guests: Guests) -> None:
    def park(session: Any) -> None:
        about = {"type": "wallet.updated", "subject": "wallet/x", "problem_slug": "invalid", "problem_detail": "No."}
        session.add(ParkedItem(item_key="1", item="{}", rev=1, parked_at=guests.now, **about))

    guests.home.command(park)
    page = Browser(guests.home, Role.MANAGER).get("/")
    assert "1 item is parked" in words(page)
    assert 'href="/parked"' in page.get_data(as_text=True)


def test_a_person_without_a_space_of_work_is_a_stranger(sqlite_guests: Guests) -> None:
    browser = Browser(sqlite_guests.home, Role.MEMBER, email=sqlite_guests.ada.email)

    def forget(session: Any) -> None:
        session.query(Account).update({"member_id": None, "is_desk": False})

    sqlite_guests.home.command(forget)
    assert "Benvenuti." in words(browser.get("/"))


def test_signing_out_is_on_every_page(sqlite_guests: Guests) -> None:
    browser = Browser(sqlite_guests.home, Role.MEMBER, email=sqlite_guests.ada.email)
    page = browser.post(form(browser.get("/"), "/sign-out").action)
    assert page.status_code == 200
    assert "Hello, Ada" not in words(browser.get("/"))


def test_the_first_pages_are_there_in_italian(sqlite_guests: Guests) -> None:
    page = Browser(sqlite_guests.home, Role.MANAGER).get("/", **{"Accept-Language": "it"})
    assert '<html lang="it">' in page.get_data(as_text=True)


def a_stay(guests: Guests) -> str:
    booking_id = guests.booked()
    guests.check_in(booking_id, guests.visit_pass(booking_id))
    guests.network.sync()
    return booking_id


def test_the_statement_is_fetched_and_agrees(guests: Guests) -> None:
    booking_id = a_stay(guests)
    done = guests.home.run(statement, "--with", HOST)
    assert done.exit_code == 0
    assert booking_id in done.output
    assert "-1.5" in done.output
    assert f"balance with {HOST}: -1.5 credits" in done.output
    assert "Both sides agree." in done.output
    found = guests.host.run_json(statement, "--with", "lambrate")
    assert (found["agrees"], found["differences"], found["balance_credits"]) == (True, [], 150)


def test_a_tampered_statement_is_found_and_the_command_fails(guests: Guests) -> None:
    booking_id = a_stay(guests)

    def tamper(_method: str, where: str, answer: Answer) -> Answer:
        if "/statements/" not in where:
            return answer
        said = json.loads(answer.body)
        said["lines"][0]["credits"] = 175
        return Answer(200, answer.headers, json.dumps(said).encode())

    guests.network.transport.tamper = tamper
    done = guests.home.run(statement, "--with", HOST)
    assert done.exit_code == 1
    assert "The sums or the digest of the statement are not those of its lines." in done.output
    assert f"{booking_id}: the hub says -1.75 for 2026-03-03 (day) of lambrate at thecube, our records say -1.5" in done.output
    told = guests.home.run(statement, "--with", HOST, "--json")
    assert told.exit_code == 1
    found = json.loads(told.stdout)
    assert (found["agrees"], found["is_sound"]) == (False, False)
    assert [(one["booking_id"], one["hub"]["credits"], one["own"]["credits"]) for one in found["differences"]] == [
        (booking_id, -175, -150)
    ]


def test_a_record_of_our_own_that_is_wrong_is_found_too(sqlite_guests: Guests) -> None:
    booking_id = a_stay(sqlite_guests)
    sqlite_guests.home.command(lambda session: session.execute(update(Trip).values(charged_credits=100)))
    done = sqlite_guests.home.run(statement, "--with", HOST)
    assert done.exit_code == 1
    assert f"{booking_id}: the hub says -1.5 for 2026-03-03 (day) of lambrate at thecube, our records say -1 for" in done.output
    assert "not those of its lines" not in done.output


def test_a_stay_that_the_hub_does_not_know_is_found(sqlite_guests: Guests) -> None:
    a_stay(sqlite_guests)

    def forget(_method: str, where: str, answer: Answer) -> Answer:
        said = json.loads(answer.body) if "/statements/" in where else {}
        return Answer(200, answer.headers, json.dumps({**said, "lines": []}).encode()) if said else answer

    sqlite_guests.network.transport.tamper = forget
    assert "the hub says nothing, our records say -1.5" in sqlite_guests.home.run(statement, "--with", HOST).output
