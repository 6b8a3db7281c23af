"""Two at once: one link, one throttle, one cookie."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import TypeVar

import pytest

from shared.clock import FixedClock
from shared.db import transactional
from shared.signin import make_link
from tests.support.databases import Engine, empty_database
from tests.support.toy_site import WelcomeLink, add_person, db, form_token, sign_in, toy_settings, toy_site

THREADS = 8
T = TypeVar("T")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 3, 2, 9, tzinfo=UTC))


@pytest.fixture
def app(engine_name: Engine, tmp_path, clock):
    app = toy_site(toy_settings(tmp_path, empty_database(engine_name, tmp_path)), clock)
    add_person(app, "ada")
    return app


def at_once(work: Callable[[int], T]) -> list[T]:
    """What each thread came to, all of them started together."""
    barrier = Barrier(THREADS)

    def run(number: int) -> T:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_of_many_clicks_on_one_link_one_wins_and_its_password_counts(app, clock):
    with app.app_context():
        make = lambda: make_link(db.session, WelcomeLink, kind="person", account_id="ada", now=clock.now())  # noqa: E731
        link = transactional(db)(make)()
    passwords = [f"a fine password, number {n}" for n in range(THREADS)]
    browsers = [app.test_client() for _ in range(THREADS)]
    tokens = [form_token(browser) for browser in browsers]

    def choose(n: int) -> int:
        data = {"csrf_token": tokens[n], "password": passwords[n], "password_again": passwords[n]}
        return browsers[n].post(f"/welcome/{link}", data=data).status_code

    statuses = at_once(choose)
    assert sorted(statuses) == [303] + [410] * (THREADS - 1)
    winner = statuses.index(303)
    assert browsers[winner].get("/staff").status_code == 200
    assert sign_in(app.test_client(), "ada", passwords[winner]).status_code == 303
    loser = (winner + 1) % THREADS
    assert browsers[loser].get("/staff").status_code == 303
    assert sign_in(app.test_client(), "ada", passwords[loser]).status_code == 422


def test_guesses_made_at_once_count_like_guesses_made_in_a_row(app):
    browsers = [app.test_client() for _ in range(THREADS)]
    tokens = [form_token(browser) for browser in browsers]

    def guess(n: int) -> int:
        data = {"csrf_token": tokens[n], "email": "ada@example.org", "password": f"guess {n}"}
        return browsers[n].post("/sign-in", data=data).status_code

    assert sorted(at_once(guess)) == [422] * 5 + [429] * (THREADS - 5)


def test_one_browser_that_asks_many_times_at_once_is_noted_and_served(app, clock):
    client = app.test_client()
    sign_in(client)
    cookie = client.get_cookie("toy_8000_session").value
    clock.advance(timedelta(minutes=10))

    def read(_: int) -> int:
        return app.test_client(use_cookies=False).get("/staff", headers={"Cookie": f"toy_8000_session={cookie}"}).status_code

    assert at_once(read) == [200] * THREADS
