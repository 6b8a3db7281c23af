"""The audit log: appended in one chain, never changed, and a chain that was tampered with is found, wherever it was."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from federation.db import db, read_only, transactional
from federation.operators import queries, reconcilers, service
from federation.operators.errors import OperatorExists, OperatorUnknown
from federation.operators.models import AuditEntry, AuditHead
from shared.engines import open_engine
from shared.errors import Invalid
from tests.support.databases import as_owner, as_servant
from tests.support.ledger import START, create_app
from tests.support.threads import together


@pytest.fixture
def app(hub_url: str) -> Iterator[Flask]:
    app = create_app(hub_url)
    with app.app_context():
        yield app


def command(work: Callable[[], Any]) -> Any:
    return transactional(work)()


def append(subject: str = "cowo-milano", **detail: Any) -> None:
    command(lambda: service.audit(db.session(), actor="ada", action="test.done", subject=subject, detail=detail, now=START))


def broken() -> int | None:
    found: int | None = read_only(lambda: queries.broken_link(db.session()))()
    return found


def entries(**wanted: Any) -> list[AuditEntry]:
    found: list[AuditEntry] = read_only(lambda: queries.audit_page(db.session(), **wanted).rows)()
    return found


def bypass(statement: str) -> None:
    """What somebody does who owns the database: without triggers."""
    triggers = {"sqlite": ("update", "delete"), "postgresql": ("update", "truncate")}[db.engine.dialect.name]
    where = "" if db.engine.dialect.name == "sqlite" else " ON audit_entries"
    with open_engine(as_owner(db.engine.url)).begin() as connection:
        for event in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER audit_entries_no_{event}{where}")
        connection.exec_driver_sql(statement)


def test_an_empty_log_holds(app: Flask) -> None:
    assert (broken(), entries()) == (None, [])


def test_each_entry_follows_from_the_one_before(app: Flask) -> None:
    for subject in ("a", "b", "c"):
        append(subject, number=1)
    found = entries()
    assert [(row.seq, row.subject) for row in found] == [(3, "c"), (2, "b"), (1, "a")]
    assert [row.prev_hash for row in found] == [found[1].hash, found[2].hash, "0" * 64]
    assert broken() is None
    assert [row.seq for row in entries(search="b done")] == [2]


def test_an_entry_stands_or_falls_with_its_command(app: Flask) -> None:
    def fail() -> None:
        service.audit(db.session(), actor="ada", action="test.done", subject="x", detail={}, now=START)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        command(fail)
    append()
    assert ([row.seq for row in entries()], broken()) == ([1], None)


def test_many_at_once_make_one_chain(app: Flask) -> None:
    def one() -> None:
        with app.app_context():
            try:
                append()
            finally:
                db.session.remove()

    assert together(*[one] * 8) == [None] * 8
    assert ([row.seq for row in entries()], broken()) == (list(range(8, 0, -1)), None)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entries SET actor = 'eve'", "DELETE FROM audit_entries", "TRUNCATE audit_entries"]
)
def test_the_database_refuses_to_change_or_delete_an_entry(app: Flask, statement: str) -> None:
    append()
    if statement.startswith("TRUNCATE") and db.engine.dialect.name == "sqlite":
        statement = "DELETE FROM audit_entries WHERE 1"
    for url, reason in ((as_owner(db.engine.url), "append-only"), (as_servant(db.engine.url), r"append-only|permission denied")):
        with pytest.raises(DBAPIError, match=reason), open_engine(url).begin() as connection:
            connection.execute(sa.text(statement))
    assert [row.actor for row in entries()] == ["ada"]


COLUMNS = "at, actor, action, subject, detail, prev_hash, hash"
TAMPERED = {
    "another actor": ("UPDATE audit_entries SET actor = 'eve' WHERE seq = 2", 2),
    "another time": ("UPDATE audit_entries SET at = (SELECT max(at) FROM audit_entries) WHERE seq = 1", 1),
    "another detail": ("UPDATE audit_entries SET detail = '{\"number\":2}' WHERE seq = 3", 3),
    "a link of its own": ("UPDATE audit_entries SET hash = prev_hash WHERE seq = 2", 2),
    "the first cut off": ("DELETE FROM audit_entries WHERE seq = 1", 2),
    "one cut out": ("DELETE FROM audit_entries WHERE seq = 2", 3),
    "the last cut off": ("DELETE FROM audit_entries WHERE seq = 4", 4),
    "all cut off": ("DELETE FROM audit_entries", 1),
    "one too many": (f"INSERT INTO audit_entries SELECT 5, {COLUMNS} FROM audit_entries WHERE seq = 4", 5),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_log_that_was_tampered_with_is_found(app: Flask, how: str) -> None:
    for place in range(4):
        at = START.replace(minute=place)
        command(
            lambda at=at: service.audit(db.session(), actor="ada", action="test.done", subject="x", detail={"number": 1}, now=at)
        )
    statement, place = TAMPERED[how]
    bypass(statement)
    assert broken() == place


def test_the_head_alone_cannot_be_rewritten(app: Flask) -> None:
    append()
    command(lambda: db.session.execute(sa.update(AuditHead).values(hash="f" * 64)))
    assert broken() == 2


def test_an_operator_has_one_address_in_small_letters(app: Flask) -> None:
    def add(email: str, name: str = "Ada") -> Any:
        return command(lambda: service.add_operator(db.session(), email=email, name=name, actor="init", now=START).email)

    assert add(" Ada@Sample.Example ") == "ada@sample.example"
    with pytest.raises(OperatorExists, match=r"ada@sample\.example"):
        add("ADA@sample.example")
    for email, name in (("ada", "Ada"), ("ada@sample.example", ""), ("b@sample.example", "B\u202e")):
        with pytest.raises(Invalid):
            add(email, name)
    assert (read_only(lambda: queries.count(db.session()))(), len(entries())) == (1, 1)
    with pytest.raises(OperatorUnknown):
        read_only(lambda: queries.require(db.session(), "bob@sample.example"))()


def test_sign_in_is_swept(app: Flask) -> None:
    operator = command(
        lambda: service.add_operator(db.session(), email="ada@sample.example", name="Ada", actor="init", now=START)
    )
    command(lambda: service.sign_in_link(db.session(), operator=operator, now=START))
    assert command(lambda: reconcilers.sweep_sign_in(db.session(), START)) == 0
    assert command(lambda: reconcilers.sweep_sign_in(db.session(), START.replace(year=2027))) == 1


def test_accounts_of_another_kind_are_nobodys(app: Flask) -> None:
    accounts = service.OperatorAccounts()
    assert accounts.find("ada@sample.example") is None
    assert accounts.get("member", "1") is None
    accounts.set_password("member", "1", "hash")
    accounts.set_language("member", "1", "it")
