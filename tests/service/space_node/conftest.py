"""A network in one process, on each engine: a hub, and nodes that join it over a wire that does what a test tells it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from space_node.db import db
from tests.support.towns import (
    clock,
    guests,
    london,
    network,
    nyc,
    organisers,
    snapshots,
    sqlite_guests,
    sqlite_organisers,
)

__all__ = [
    "clock", "guests", "london", "network", "nyc", "organisers", "snapshots", "sqlite_guests", "sqlite_organisers",
]  # fmt: skip


@pytest.fixture
def node_database(node_url: str) -> Iterator[None]:
    """The database of a node alone, without its pages and its wire."""
    app = Flask(__name__)
    app.config.update(SQLALCHEMY_DATABASE_URI=node_url)
    db.init_app(app)
    with app.app_context():
        yield
