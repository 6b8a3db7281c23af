"""What may be a password, and how it is kept."""

import threading

import pytest
from argon2 import PasswordHasher, extract_parameters

from shared.errors import Invalid
from shared.signin import passwords
from shared.signin.passwords import TooManySignIns, Verdict, check_password_rules, hash_password, verify_password

GOOD = "a lamp, a desk, a friend"


@pytest.mark.parametrize(
    "password", [GOOD, "x7#Kp0qLm2vT", "パスワードは長いほうが良い", "è una bella giornata", "a b c d e f g h i j " * 12]
)
def test_length_is_enough(password):
    check_password_rules(password, email="ada@example.org")


@pytest.mark.parametrize(
    "password",
    [
        "",
        "eleven char",
        "a" * 300,
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "123456789012",
        "PasswordPassword",
        "Twindesk1234",
        "ada@example.org",
        "my ADA@example.org",
    ],
)
def test_what_is_easily_guessed_is_refused(password):
    with pytest.raises(Invalid) as refused:
        check_password_rules(password, email="ada@example.org", field="password")
    assert [fault["pointer"] for fault in refused.value.errors] == ["/password"]


def test_an_account_without_an_address_can_have_a_password():
    check_password_rules(GOOD, email="")


def test_a_password_is_kept_as_argon2id_and_recognised():
    kept = hash_password(GOOD)
    assert kept.startswith("$argon2id$")
    assert GOOD not in kept
    assert verify_password(kept, GOOD) == Verdict(right=True)
    assert verify_password(kept, GOOD + ".") == Verdict(right=False)


def test_two_ways_of_typing_the_same_letters_are_one_password():
    assert verify_password(hash_password("caffe\u0300 e brioche"), "caff\u00e8 e brioche").right


def test_a_nul_is_a_letter_like_any_other():
    assert not verify_password(hash_password("caffe latte\x00macchiato"), "caffe latte\x00").right


@pytest.mark.parametrize("kept", [None, "", "not a hash", "$argon2id$broken"])
def test_nobody_and_nonsense_are_never_right(kept):
    assert verify_password(kept, GOOD) == Verdict(right=False)


def test_not_even_the_dummys_own_password_is_right(monkeypatch):
    monkeypatch.setattr(passwords, "_nobodys_hash", hash_password(GOOD))
    assert verify_password(None, GOOD) == Verdict(right=False)


def test_more_than_the_longest_password_is_never_right():
    longest = "abcdefghijklmnop" * 16
    assert not verify_password(hash_password(longest), longest + "x").right


def test_a_weaker_hash_is_made_anew_at_the_next_sign_in():
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
    verdict = verify_password(weak, GOOD)
    assert verdict.right
    assert verdict.new_hash
    assert verify_password(verdict.new_hash, GOOD) == Verdict(right=True)


def test_a_flood_of_sign_ins_is_refused_rather_than_given_all_memory(monkeypatch):
    monkeypatch.setattr(passwords, "WAIT_SECONDS", 0.01)
    slots = threading.BoundedSemaphore(1)
    monkeypatch.setattr(passwords, "_slots", slots)
    with slots, pytest.raises(TooManySignIns) as refused:
        hash_password(GOOD)
    assert refused.value.retry_after_seconds == 5
    assert hash_password(GOOD)


def test_an_unknown_account_costs_as_much_as_a_wrong_password(monkeypatch):
    checked, ours = [], passwords._hasher

    class Counting(PasswordHasher):
        def verify(self, hash, password):
            checked.append(extract_parameters(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_hasher", Counting(ours.time_cost, ours.memory_cost, ours.parallelism))
    for kept in (hash_password(GOOD), None):
        assert not verify_password(kept, "wrong password").right
    known, unknown = checked
    assert known == unknown
