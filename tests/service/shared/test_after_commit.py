"""What waits for the commit: it comes after success only, once, outside any transaction, and cannot spoil the answer."""

import contextlib
import logging
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from shared.db import after_commit
from shared.errors import Conflict
from tests.support.threads import together
from tests.support.toy_service.app import credits_in, purse_count, put_in
from tests.support.toy_service.db import db, read_only, transactional
from tests.support.toy_service.purses.models import Purse

Done = list[object]


@pytest.fixture
def done() -> Done:
    return []


def note(done: Done, what: Callable[[], object]) -> Callable[[], None]:
    return lambda: done.append(what())


def add_purse() -> None:
    db.session.add(Purse(owner="bob"))
    db.session.flush()


def test_hooks_run_in_their_order_once_the_change_is_there_for_all(toy: Flask, done: Done) -> None:
    def elsewhere() -> object:
        with toy.app_context():
            return purse_count()

    @transactional
    def command() -> str:
        after_commit(db.session, note(done, lambda: together(elsewhere)))
        after_commit(db.session(), note(done, lambda: db.session().in_transaction()))
        add_purse()
        assert done == []
        return "answer"

    assert command() == "answer"
    assert done == [[2], False]
    put_in()
    assert len(done) == 2


def test_a_hook_may_run_commands_and_hooks_of_its_own(toy: Flask, done: Done) -> None:
    @transactional
    def second() -> None:
        put_in_hook = note(done, credits_in)
        db.session.execute(sa.update(Purse).values(credits=3))
        after_commit(db.session, put_in_hook)

    @transactional
    def first() -> None:
        after_commit(db.session, second)

    first()
    assert done == [3]


def test_a_failing_hook_is_logged_and_the_answer_stands(toy: Flask, done: Done, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        add_purse()
        raise ConnectionError("the peer is away")

    @transactional
    def command() -> str:
        after_commit(db.session, fail)
        after_commit(db.session, note(done, purse_count))
        return "answer"

    with caplog.at_level(logging.ERROR):
        assert command() == "answer"
    assert "after_commit hook failed" in caplog.text
    assert done == [1], "what the failing hook began is undone, and the next hook runs"


def test_a_hook_that_leaves_a_transaction_open_holds_nobody_up(toy: Flask) -> None:
    @transactional
    def command() -> None:
        after_commit(db.session, lambda: db.session.scalar(sa.select(Purse.id)))

    command()
    assert not db.session().in_transaction()


def test_hooks_of_a_command_that_fails_never_run(toy: Flask, done: Done) -> None:
    @transactional
    def command() -> None:
        after_commit(db.session, note(done, purse_count))
        raise Conflict

    with pytest.raises(Conflict):
        command()
    put_in()
    assert done == []


def test_hooks_of_a_savepoint_that_is_rolled_back_never_run(toy: Flask, done: Done) -> None:
    @transactional
    def command() -> None:
        after_commit(db.session, note(done, lambda: "outer"))
        with contextlib.suppress(Conflict), db.session.begin_nested():
            with db.session.begin_nested():
                after_commit(db.session, note(done, lambda: "inner, of a savepoint that was released"))
            after_commit(db.session, note(done, lambda: "middle"))
            raise Conflict
        with db.session.begin_nested():
            after_commit(db.session, note(done, lambda: "later"))

    command()
    assert done == ["outer", "later"]


def test_hooks_run_once_though_the_command_was_tried_twice(toy: Flask, done: Done) -> None:
    tries = iter([1, 2])

    @transactional
    def command() -> None:
        after_commit(db.session, note(done, lambda: "told"))
        if next(tries) == 1:
            collide()

    command()
    assert done == ["told"]
    assert list(tries) == []


def collide() -> None:
    """Ends as a deadlock or a locked table does, with the engine's own code for it."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.text("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$"))
    unread = db.session.connection().exec_driver_sql("SELECT name FROM sqlite_master")
    try:
        db.session.execute(sa.text("DROP TABLE answers"))
    finally:
        unread.close()


def test_a_plain_commit_runs_hooks_too(toy: Flask, done: Done) -> None:
    add_purse()
    after_commit(db.session, note(done, purse_count))
    db.session.commit()
    assert done == [2]


def test_a_session_that_is_closed_forgets_its_hooks(toy: Flask, done: Done) -> None:
    session = db.session()
    after_commit(session, note(done, purse_count))
    session.close()
    session.commit()
    assert done == []


def test_a_read_has_no_hooks(toy: Flask) -> None:
    @read_only
    def read() -> None:
        after_commit(db.session, purse_count)

    with pytest.raises(RuntimeError, match="no commit"):
        read()


def test_a_session_that_nobody_commits_at_an_edge_has_no_hooks(toy: Flask) -> None:
    with Session(db.engine) as session, pytest.raises(TypeError):
        after_commit(session, purse_count)
