"""Unit tests decide by what they are given: whoever opens a socket or a database here belongs into another tier."""

import sqlite3

import pytest
from pytest_socket import disable_socket


def _no_database(*_args: object, **_kwargs: object) -> None:
    raise AssertionError("a unit test opened a database: it belongs into tests/service")


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    disable_socket()
    monkeypatch.setattr(sqlite3, "connect", _no_database)
    monkeypatch.setattr(sqlite3.dbapi2, "connect", _no_database)
