"""Guessing gets slow, and only for who guesses."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from shared.db import transactional
from shared.signin import sweep
from tests.support.toy_site import TABLES, SignInThrottle, db, sign_in

GUESSER = {"REMOTE_ADDR": "192.0.2.66"}
OWNER = {"REMOTE_ADDR": "192.0.2.1"}


def guess(app, name="ada", address="192.0.2.66", **options):
    return sign_in(app.test_client(), name, "a wrong guess", environ_overrides={"REMOTE_ADDR": address}, **options)


def throttle_rows(app):
    with app.app_context():
        return list(db.session.execute(sa.select(SignInThrottle.key, SignInThrottle.failures)))


def test_after_five_wrong_passwords_the_guesser_waits(app):
    assert [guess(app).status_code for _ in range(5)] == [422] * 5
    response = guess(app)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "2"
    assert "Wait 2 seconds" in response.text
    assert 'value="ada@example.org"' in response.text


def test_the_wait_doubles_and_attempts_while_waiting_do_not_lengthen_it(app, clock):
    for _ in range(5):
        guess(app)
    for wait in (2, 4, 8, 16):
        assert {guess(app).headers["Retry-After"] for _ in range(3)} == {str(wait)}
        clock.advance(timedelta(seconds=wait - 1))
        assert guess(app).headers["Retry-After"] == "1"
        clock.advance(timedelta(seconds=1))
        assert guess(app).status_code == 422


def test_the_owner_signs_in_from_elsewhere_all_the_while(app):
    for _ in range(6):
        guess(app)
    assert guess(app).status_code == 429
    assert sign_in(app.test_client(), environ_overrides=OWNER).status_code == 303
    assert sign_in(app.test_client(), environ_overrides=GUESSER).status_code == 429


def test_the_right_password_has_to_wait_like_a_wrong_one(app, clock):
    for _ in range(5):
        guess(app)
    assert sign_in(app.test_client(), environ_overrides=GUESSER).status_code == 429
    clock.advance(timedelta(seconds=2))
    assert sign_in(app.test_client(), environ_overrides=GUESSER).status_code == 303


def test_a_good_sign_in_forgets_the_slips_before_it(app):
    for _ in range(4):
        guess(app)
    assert sign_in(app.test_client(), environ_overrides=GUESSER).status_code == 303
    assert [guess(app).status_code for _ in range(5)] == [422] * 5


def test_guessing_at_accounts_that_do_not_exist_is_as_slow(app):
    assert [guess(app, "nobody").status_code for _ in range(6)] == [422] * 5 + [429]


def test_guessing_at_many_accounts_from_one_address_gets_slow_too(app):
    assert {guess(app, f"person{n}").status_code for n in range(30)} == {422}
    assert guess(app, "person30").status_code == 429
    assert guess(app, "person30", address="192.0.2.67").status_code == 422


def test_an_account_of_ones_own_does_not_wash_the_address_clean(app, clock):
    for n in range(30):
        guess(app, f"person{n}")
    clock.advance(timedelta(seconds=2))
    assert sign_in(app.test_client(), "bea", environ_overrides=GUESSER).status_code == 303
    assert guess(app, "person31").status_code == 422
    assert guess(app, "person32").headers["Retry-After"] == "4"


def test_a_full_office_behind_one_address_can_sign_in(app):
    for _ in range(40):
        assert sign_in(app.test_client(), environ_overrides=OWNER).status_code == 303


def test_a_whole_ipv6_network_is_one_guesser(app):
    statuses = [guess(app, address=f"2001:db8:1:2::{n}").status_code for n in range(1, 7)]
    assert statuses == [422] * 5 + [429]


def test_a_forwarded_address_is_not_believed(app):
    headers = {"X-Forwarded-For": "198.51.100.9", "Forwarded": "for=198.51.100.9"}
    for _ in range(5):
        guess(app, headers=headers)
    assert guess(app, headers={"X-Forwarded-For": "198.51.100.10"}).status_code == 429


def test_a_day_without_attempts_forgets_them(app, clock):
    for _ in range(7):
        guess(app)
    clock.advance(timedelta(hours=24, seconds=1))
    assert [guess(app).status_code for _ in range(4)] == [422] * 4


def test_what_was_typed_is_not_kept(app):
    guess(app, "typed-into-the-wrong-field")
    assert {len(row.key) for row in throttle_rows(app)} == {64}


@pytest.mark.parametrize(("after", "left"), [(timedelta(hours=23), 2), (timedelta(hours=25), 0)])
def test_what_has_no_effect_any_more_is_swept(app, clock, after, left):
    guess(app)
    sign_in(app.test_client(), environ_overrides=OWNER)
    clock.advance(after)
    with app.app_context():
        swept = transactional(db)(lambda: sweep(db.session, TABLES, clock.now()))()
    rows = throttle_rows(app)
    assert len([row for row in rows if row.failures]) == left
    assert swept >= 1
