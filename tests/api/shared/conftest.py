"""The toy service on a fresh database of each engine, its clock in the test's hands."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shared.clock import FixedClock
from shared.config import ServiceSettings
from tests.support.databases import Engine, empty_database
from tests.support.toy_site import add_person, toy_settings, toy_site


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 3, 2, 9, tzinfo=UTC))


@pytest.fixture
def settings(engine_name: Engine, tmp_path) -> ServiceSettings:
    return toy_settings(tmp_path, empty_database(engine_name, tmp_path))


@pytest.fixture
def app(settings: ServiceSettings, clock: FixedClock) -> Flask:
    """Ada, a manager, and Bea, a member, sign in here; Cia has been invited."""
    app = toy_site(settings, clock)
    add_person(app, "ada")
    add_person(app, "bea", "member")
    add_person(app, "cia", "manager", None)
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
