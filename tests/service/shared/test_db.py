"""The edges: one command is one transaction, a read is one picture, on SQLite and on PostgreSQL."""

from collections.abc import Callable
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db import NAMING, BoundSession, make_db
from shared.errors import Conflict
from tests.support.threads import together
from tests.support.toy_service.app import FIRST, credits_in, open_purse, purse_count, put_in
from tests.support.toy_service.db import db, read_only, transactional
from tests.support.toy_service.purses.models import Coin, Purse


def in_app(app: Flask, work: Callable[[], object]) -> Callable[[], object]:
    def run() -> object:
        with app.app_context():
            return work()

    return run


def many(times: int, work: Callable[[], object]) -> None:
    for _ in range(times):
        work()


def test_no_increment_is_lost_among_threads(toy: Flask) -> None:
    assert together(*[in_app(toy, partial(many, 25, put_in))] * 8) == [None] * 8
    assert credits_in() == 200


def test_forty_threads_at_once_all_get_their_turn(toy: Flask) -> None:
    assert set(together(*[in_app(toy, put_in)] * 40)) == set(range(1, 41))


def test_a_command_that_fails_leaves_nothing_behind(toy: Flask) -> None:
    @transactional
    def refuse() -> None:
        db.session.add(Purse(owner="eve"))
        db.session.flush()
        raise Conflict

    with pytest.raises(Conflict):
        refuse()
    assert purse_count() == 1
    put_in()


def test_a_command_that_violates_a_constraint_leaves_nothing_behind(toy: Flask) -> None:
    @transactional
    def half() -> None:
        open_one = Purse(owner="eve")
        db.session.add(open_one)
        db.session.flush()
        db.session.add(Purse(owner="eve"))

    with pytest.raises(IntegrityError):
        half()
    assert purse_count() == 1


def test_foreign_keys_hold(toy: Flask) -> None:
    @transactional
    def dangle() -> None:
        db.session.add(Coin(purse_id=99, mark="a"))

    with pytest.raises(IntegrityError):
        dangle()


def test_a_savepoint_undoes_only_its_own(toy: Flask) -> None:
    @transactional
    def partly() -> None:
        db.session.add(Purse(owner="bob"))
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.add(Purse(owner="bob"))
        db.session.add(Purse(owner="cleo"))

    partly()
    assert purse_count() == 3


def test_a_conditional_update_tells_whether_it_happened(toy: Flask) -> None:
    @transactional
    def take_the_last() -> int | None:
        free = sa.update(Purse).where(Purse.id == FIRST, Purse.credits < 1).values(credits=Purse.credits + 1)
        return db.session.scalars(free.returning(Purse.credits)).one_or_none()

    outcomes = together(*[in_app(toy, take_the_last)] * 6)
    assert sorted(outcomes, key=str) == [1, None, None, None, None, None]


def test_a_command_after_a_failed_one_in_the_same_context_works(toy: Flask) -> None:
    @transactional
    def broken() -> None:
        db.session.execute(sa.text("SELECT nonsense FROM nowhere"))

    with pytest.raises(DBAPIError):
        broken()
    assert put_in() == 1


def test_a_read_refuses_writes(toy: Flask) -> None:
    @read_only
    def sneak() -> None:
        db.session.execute(sa.update(Purse).values(credits=5))

    with pytest.raises(DBAPIError):
        sneak()
    assert credits_in() == 0


def test_a_read_refuses_writes_that_were_not_flushed_yet(toy: Flask) -> None:
    @read_only
    def sneak() -> None:
        db.session.add(Purse(owner="eve"))

    with pytest.raises(DBAPIError):
        sneak()
    assert purse_count() == 1


def test_a_read_leaves_its_connection_able_to_write(new_toy: Callable[..., Flask]) -> None:
    with new_toy(pool_size=1, max_overflow=0).app_context():
        open_purse()
        assert credits_in() == 0
        assert put_in() == 1

        @read_only
        def fail() -> None:
            raise Conflict

        with pytest.raises(Conflict):
            fail()
        assert put_in() == 2


def test_a_read_needs_no_lock_and_sees_no_unfinished_change(toy: Flask) -> None:
    @transactional
    def slowly() -> list[object]:
        db.session.execute(sa.update(Purse).values(credits=9))
        return together(in_app(toy, credits_in))

    assert slowly() == [0]
    assert credits_in() == 9


def test_a_read_sees_one_state_throughout(toy: Flask) -> None:
    @read_only
    def look_twice() -> tuple[int, int]:
        before = credits_in()
        assert together(in_app(toy, put_in)) == [1]
        return before, credits_in()

    assert look_twice() == (0, 0)
    assert credits_in() == 1


def test_a_read_inside_a_command_sees_what_the_command_did(toy: Flask) -> None:
    @transactional
    def add_and_look() -> int:
        db.session.execute(sa.update(Purse).values(credits=4))
        return credits_in()

    assert add_and_look() == 4
    assert credits_in() == 4


def test_a_command_cannot_run_inside_a_read_or_another_command(toy: Flask) -> None:
    with pytest.raises(RuntimeError, match="inside another read"):
        read_only(put_in)()
    with pytest.raises(RuntimeError, match="inside another command"):
        transactional(put_in)()
    assert put_in() == 1


def test_only_the_edge_commits(toy: Flask) -> None:
    @transactional
    def hasty() -> None:
        db.session.add(Purse(owner="eve"))
        db.session.commit()

    with pytest.raises(RuntimeError, match="Only the edge"):
        hasty()
    assert purse_count() == 1


def test_a_command_sees_what_others_wrote_since_an_object_was_loaded(toy: Flask) -> None:
    purse = read_only(lambda: db.session.get_one(Purse, FIRST))()
    assert purse.credits == 0
    assert together(in_app(toy, put_in)) == [1]
    assert put_in() == 2


def test_what_a_read_gave_can_be_used_after_it(toy: Flask) -> None:
    purse = read_only(lambda: db.session.get_one(Purse, FIRST))()
    assert (purse.owner, db.session().in_transaction()) == ("ada", False)


@pytest.mark.parametrize("flushed", [True, False])
def test_changes_made_outside_of_a_command_are_not_lost_in_silence(toy: Flask, flushed: bool) -> None:
    db.session.add(Purse(owner="bob"))
    if flushed:
        db.session.flush()
    with pytest.raises(RuntimeError, match="outside of any command"):
        put_in()
    db.session.commit()
    assert (put_in(), purse_count()) == (1, 2)


def test_a_change_undone_in_a_savepoint_still_leaves_the_earlier_one_to_commit(toy: Flask) -> None:
    db.session.add(Purse(owner="bob"))
    db.session.flush()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add(Purse(owner="bob"))
    with pytest.raises(RuntimeError, match="outside of any command"):
        purse_count()
    db.session.rollback()
    assert purse_count() == 1


def test_a_session_of_its_own_context_frees_the_lock_when_the_context_ends(toy: Flask) -> None:
    with toy.app_context():
        db.session.execute(sa.update(Purse).values(credits=7))
    assert put_in() == 1


def test_a_session_bound_to_a_lent_connection_stays_inside_its_transaction(toy: Flask) -> None:
    with toy.app_context(), db.engine.connect() as connection:
        outer = connection.begin()
        db.session.configure(bind=connection, join_transaction_mode="create_savepoint")
        try:
            assert put_in() == 1
            assert credits_in() == 1
        finally:
            db.session.remove()
            db.session.configure(bind=None)
            outer.rollback()
    assert credits_in() == 0


def test_two_apps_share_one_database_object(new_toy: Callable[..., Flask]) -> None:
    here, there = new_toy(), new_toy()
    with here.app_context():
        open_purse("ada")
        with there.app_context():
            assert purse_count() == 0
            assert isinstance(db.session(), BoundSession)
        assert purse_count() == 1


def test_every_constraint_gets_a_name_even_if_the_base_forgot_the_rule() -> None:
    class Plain(DeclarativeBase):
        pass

    make_db(Plain)

    class Thing(Plain):
        __tablename__ = "things"
        id: Mapped[int] = mapped_column(primary_key=True)

    assert Thing.metadata.naming_convention == NAMING
    assert Thing.metadata.tables["things"].primary_key.name == "pk_things"


def test_a_database_made_after_its_models_is_refused() -> None:
    class Late(DeclarativeBase):
        pass

    class Thing(Late):
        __tablename__ = "things"
        id: Mapped[int] = mapped_column(primary_key=True)

    with pytest.raises(ValueError, match="before the first model"):
        make_db(Late)
