"""The toy service with a post office, and a server to send to."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from shared.clock import FixedClock
from shared.db import transactional
from shared.mail import Letter, PostOffice, Recipient, post
from shared.mail.backends import SmtpBackend
from tests.support.databases import Engine, empty_database
from tests.support.mailing import MailServer
from tests.support.toy_site import Mail, db, open_toy_post, toy_settings, toy_site

LETTER = Letter(subject="Your desk", greeting="Hello Ada,", paragraphs=("It is booked.",), sign="The Toy")
Posted = Callable[..., str]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 3, 2, 9, tzinfo=UTC))


@pytest.fixture
def app(engine_name: Engine, tmp_path: Path, clock: FixedClock) -> Iterator[Flask]:
    made = toy_site(toy_settings(tmp_path, empty_database(engine_name, tmp_path)), clock)
    with made.app_context():
        yield made


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture
def office(app: Flask, server: MailServer) -> PostOffice[Mail]:
    return open_toy_post(app, smtp(server))


@pytest.fixture
def posted(clock: FixedClock) -> Posted:
    """Posts a letter and returns its id."""

    def write(letter: Letter = LETTER, to: str = "ada@example.org", **more: object) -> str:
        def work() -> str:
            row = post(db.session(), Mail, Recipient(to, "en"), kind="booking", write=lambda: letter, now=clock.now(), **more)
            assert row is not None, "open a post office first"
            return row.id

        return transactional(db)(work)()

    return write


def smtp(server: MailServer, **changed: object) -> SmtpBackend:
    """The way to the server."""
    usual = {"host": "127.0.0.1", "port": server.port, "security": "none", "name": "toy.example", "timeout_seconds": 5.0}
    return SmtpBackend(**(usual | changed))


def row(mail_id: str) -> Mail:
    """The mail as it stands."""
    db.session.expire_all()
    return db.session.get(Mail, mail_id)
