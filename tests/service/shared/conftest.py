"""The toy service on a fresh database, on both engines."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from tests.support.toy_service.app import create_app, open_purse

TOY = "tests.support.toy_service"
NewToy = Callable[..., Flask]


@pytest.fixture
def new_toy(engine_url: Callable[[str], str]) -> NewToy:
    """Makes an app on a fresh database, with engine options of its own."""

    def make(**engine_options: Any) -> Flask:
        return create_app(engine_url(TOY), **engine_options)

    return make


@pytest.fixture
def toy(new_toy: NewToy) -> Iterator[Flask]:
    """An app with an empty purse in its database, inside an app context."""
    app = new_toy(busy_seconds=2)
    with app.app_context():
        open_purse()
        yield app
