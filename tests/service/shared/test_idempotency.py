"""A repeated call has its effect once and gets the first answer, on both engines and also when both come at once."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from shared.errors import Conflict
from shared.idempotency import Answered, IdConflict, KeyReused, KeyUnusable, answered_once, forget_answers
from tests.support.threads import together
from tests.support.toy_service.app import credits_in
from tests.support.toy_service.db import Answer, db, read_only, transactional
from tests.support.toy_service.purses.models import Purse

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
Work = Callable[[], tuple[int, dict[str, Any]]]


def add_one() -> tuple[int, dict[str, Any]]:
    added = sa.update(Purse).where(Purse.id == 1).values(credits=Purse.credits + 1).returning(Purse.credits)
    return 201, {"credits": db.session.scalars(added).one(), "über": ["é"]}


@transactional
def call(key: str = "k", body: bytes = b"{}", scope: str = "nyc", work: Work = add_one, **more: Any) -> Answered:
    more = {"now": NOW, **more}
    return answered_once(db.session, Answer, scope=scope, key=key, raw_body=body, work=work, **more)


def test_the_same_call_again_gets_the_first_answer_and_has_no_effect(toy: Flask) -> None:
    first, again = call(), call()
    assert first == (201, {"credits": 1, "über": ["é"]}, False)
    assert again == (201, {"credits": 1, "über": ["é"]}, True)
    assert credits_in() == 1


def test_another_key_or_another_scope_is_another_call(toy: Flask) -> None:
    assert [call().status, call(key="l").status, call(scope="ldn").status] == [201, 201, 201]
    assert credits_in() == 3


@pytest.mark.parametrize(("conflict", "slug"), [(KeyReused, "key-reused"), (IdConflict, "id-conflict")])
def test_the_same_key_with_another_body_is_refused(toy: Flask, conflict: type[Conflict], slug: str) -> None:
    call()
    with pytest.raises(conflict) as refused:
        call(body=b"{ }", conflict=conflict)
    assert refused.value.slug == slug
    assert credits_in() == 1


def test_a_refused_call_keeps_nothing_and_may_succeed_later(toy: Flask) -> None:
    def refuse() -> tuple[int, dict[str, Any]]:
        add_one()
        raise Conflict

    with pytest.raises(Conflict):
        call(work=refuse)
    assert call() == (201, {"credits": 1, "über": ["é"]}, False)


def test_many_at_once_with_one_key_have_one_effect_and_one_answer(toy: Flask) -> None:
    def once() -> Answered:
        with toy.app_context():
            return call()

    outcomes = together(*[once] * 8)
    assert all(isinstance(outcome, Answered) for outcome in outcomes), outcomes
    assert sorted(outcome.replayed for outcome in outcomes) == [False] + [True] * 7
    assert {(outcome.status, outcome.body["credits"]) for outcome in outcomes} == {(201, 1)}
    assert credits_in() == 1


def test_whoever_waits_for_a_rival_that_is_then_refused_does_the_work(toy: Flask) -> None:
    begun = threading.Event()

    def refuse_late() -> tuple[int, dict[str, Any]]:
        begun.set()
        threading.Event().wait(0.2)
        raise Conflict

    def rival() -> Answered:
        with toy.app_context():
            return call(work=refuse_late)

    def second() -> Answered:
        begun.wait(10)
        with toy.app_context():
            return call()

    outcomes = together(rival, second)
    assert isinstance(outcomes[0], Conflict)
    assert outcomes[1] == (201, {"credits": 1, "über": ["é"]}, False)


def test_a_transaction_that_fails_after_the_answer_keeps_nothing(toy: Flask) -> None:
    @transactional
    def fail_late() -> None:
        answered_once(db.session, Answer, scope="nyc", key="k", raw_body=b"{}", now=NOW, work=add_one)
        raise Conflict

    with pytest.raises(Conflict):
        fail_late()
    assert not call().replayed


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 101, "a\n"])
def test_a_key_that_cannot_be_kept_is_refused(toy: Flask, key: str) -> None:
    with pytest.raises(KeyUnusable):
        call(key=key)


def test_a_violation_that_is_not_about_the_key_is_not_taken_for_a_repetition(toy: Flask) -> None:
    with pytest.raises(IntegrityError):
        call(now=None)


def test_old_answers_are_forgotten(toy: Flask) -> None:
    call(key="old", now=NOW - dt.timedelta(days=91))
    call(key="new")

    @transactional
    def forget() -> int:
        return forget_answers(db.session, Answer, before=NOW - dt.timedelta(days=90))

    assert forget() == 1
    assert read_only(lambda: list(db.session.scalars(sa.select(Answer.key))))() == ["new"]
