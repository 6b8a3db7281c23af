"""What is written in one go with the commit: it is there afterwards, or nothing is; and whoever is overtaken begins again."""

import threading
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared.db import with_commit
from shared.errors import Conflict
from shared.storage_errors import Overtaken, database_errors
from tests.support.databases import Engine
from tests.support.threads import together
from tests.support.toy_service.app import FIRST, credits_in, purse_count, put_in
from tests.support.toy_service.db import db, read_only, transactional
from tests.support.toy_service.purses.models import Purse

PURSES = sa.inspect(Purse).local_table
NEW = sa.insert(PURSES)


def purse(number: int, **columns: Any) -> dict[str, Any]:
    return {"id": number, "owner": f"owner {number}", "kind": "plan", "credits": 0, **columns}


def count_now() -> int:
    return db.session.scalars(sa.select(sa.func.count()).select_from(Purse)).one()


def test_what_is_left_for_the_commit_is_there_after_it_and_not_before(toy: Flask) -> None:
    @transactional
    def command() -> int:
        with_commit(db.session, NEW, purse(11), purse(12))
        with_commit(db.session(), sa.update(PURSES).where(PURSES.c.id == 11).values(credits=7))
        db.session.execute(sa.update(Purse).where(Purse.id == FIRST).values(credits=1))
        return count_now()

    assert command() == 1
    assert (purse_count(), credits_in(11), credits_in()) == (3, 7, 1)


def test_a_command_that_fails_has_written_nothing(toy: Flask) -> None:
    @transactional
    def command() -> None:
        with_commit(db.session, NEW, purse(11))
        raise Conflict

    with pytest.raises(Conflict):
        command()
    put_in()
    assert purse_count() == 1


def test_a_savepoint_that_is_undone_takes_what_belonged_to_it_along(toy: Flask) -> None:
    @transactional
    def command() -> None:
        with_commit(db.session, NEW, purse(11))
        undone = db.session.begin_nested()
        with_commit(db.session, NEW, purse(12))
        undone.rollback()
        with db.session.begin_nested():
            with_commit(db.session, NEW, purse(13))

    command()
    assert purse_count() == 3
    assert credits_in(13) == 0


def test_what_the_database_refuses_at_the_end_undoes_the_whole_command(toy: Flask) -> None:
    @transactional
    def command() -> None:
        db.session.execute(sa.update(Purse).values(credits=1))
        with_commit(db.session, NEW, purse(11, credits=-1))

    with pytest.raises(database_errors()) as refused:
        command()
    assert not isinstance(refused.value, Overtaken)
    assert (purse_count(), credits_in()) == (1, 0)


def test_whoever_is_overtaken_begins_again_and_finds_what_the_other_wrote(toy: Flask, engine_name: Engine) -> None:
    both_looked = threading.Barrier(2, timeout=20)
    attempts = []

    @transactional
    def command() -> str:
        found = db.session.get(Purse, 11)
        attempts.append(found)
        # On SQLite only one of them writes at a time, so the other can look only later.
        if engine_name == "postgresql" and len(attempts) <= 2:
            both_looked.wait()
        if found is not None:
            return "second"
        with_commit(db.session, NEW, purse(11))
        return "first"

    def work() -> str:
        with toy.app_context():
            return command()

    assert sorted(together(work, work)) == ["first", "second"]
    assert (purse_count(), len(attempts)) == (2, 3 if engine_name == "postgresql" else 2)


def test_what_was_there_all_the_time_is_a_fault_and_nobody_is_busy(toy: Flask, engine_name: Engine) -> None:
    @transactional
    def command() -> None:
        with_commit(db.session, NEW, purse(1))

    with pytest.raises(Overtaken if engine_name == "postgresql" else IntegrityError):
        command()
    put_in()
    assert purse_count() == 1


def test_a_read_has_no_commit_and_a_session_of_others_no_edge(toy: Flask) -> None:
    @read_only
    def look() -> None:
        with pytest.raises(RuntimeError, match="no commit"):
            with_commit(db.session, NEW, purse(11))

    look()
    with pytest.raises(TypeError), Session(db.engine) as session:
        with_commit(session, NEW, purse(11))
