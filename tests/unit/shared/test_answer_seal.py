"""The seal of an answer counts for its own call, and says when and with which outcome it was answered."""

import datetime as dt

import pytest

from shared.answer_seal import Call, order_at, outcome_of, refused_reasons, seal, unseal

NOON = dt.datetime(2026, 11, 12, 12, tzinfo=dt.UTC)
CALL = Call("wecreate-nyc", "POST", "/fed/v1/bookings/1/cancel", "a-key", b"{}")


def test_answers_stand_in_one_order_also_within_one_moment_and_after_the_clock_was_put_back() -> None:
    first = order_at(NOON, 0)
    second = order_at(NOON, first)
    assert first < second < order_at(NOON - dt.timedelta(hours=1), second) < order_at(NOON + dt.timedelta(seconds=1), second)
    sealed = unseal("secret", CALL, seal("secret", CALL, order=second, outcome=""))
    assert sealed is not None
    assert (sealed.order, sealed.outcome, sealed.answered_at) == (second, (), NOON)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"rev": 3}, ""),
        ({"state": "waitlisted", "reason": None}, "waitlisted"),
        ({"bookings": [{"state": "confirmed"}, {"state": "refused", "reason": "no-desk"}]}, "confirmed,refused/no-desk"),
    ],
)
def test_the_outcome_is_a_word_for_each_thing_that_was_asked_for(answer: dict[str, object], outcome: str) -> None:
    assert outcome_of(answer) == outcome
    sealed = unseal("secret", CALL, seal("secret", CALL, order=1, outcome=outcome))
    assert sealed is not None
    assert ",".join(sealed.outcome) == outcome
    assert refused_reasons(sealed.outcome) == (["no-desk"] if "refused" in outcome else [])
    assert refused_reasons(None) == []


def test_another_call_another_secret_or_a_changed_word_is_no_seal() -> None:
    good = seal("secret", CALL, order=7, outcome="confirmed")
    others = [
        CALL.__class__(**{**vars(CALL), name: value})
        for name, value in {"space": "x", "method": "PUT", "path": "/", "message_id": "b", "body": b"{ }"}.items()
    ]
    assert [unseal("secret", other, good) for other in others] == [None] * len(others)
    for text in (good.replace("confirmed", "refused/full"), good.replace("7", "8", 1), "", "7;confirmed;", good + "A"):
        assert unseal("secret", CALL, text) is None
    assert unseal("other", CALL, good) is None
