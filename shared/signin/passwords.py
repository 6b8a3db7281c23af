"""Passwords: what may be one, and how it is kept (argon2id, parameters of the OWASP cheat sheet).

Length is what counts; there are no rules of composition. Verifying costs the same whether or not there is an account.
At most a few hashes are computed at a time, so that a flood of sign-ins cannot take all memory.
"""

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shared.errors import FieldFault, Invalid, Unavailable
from shared.ids import secret_token
from shared.marking import N_, Phrase

MIN_LENGTH = 12
MAX_LENGTH = 256
MIN_DIFFERENT = 5
HASHES_AT_A_TIME = 4
WAIT_SECONDS = 5.0
# Those of the well-known lists that are long enough to pass, and what people here would think of first.
_COMMON_WORDS = """
123456789012 1234567890123 12345678901234 123456789123 1234567890qwerty 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qaz2wsx3edc
    1qaz2wsx3edc4rfv qwertyuiop123 qwertyuiop12 qwertyuiop1234 qwerty123456 qwerty1234567 qwerty12345678 asdfghjkl123
    asdfghjkl1234 zxcvbnm12345 abcdefghijkl abcdefgh1234 abcd12345678 password1234 password12345 password123456
    password123! password2024 password2025 password2026 passwordpassword mypassword123 newpassword123 changeme1234
    changemechangeme letmein12345 letmeinletmein welcome12345 welcome123456 welcomewelcome iloveyou1234 iloveyou12345
    iloveyouforever administrator administrator1 admin1234567 admin12345678 adminadminadmin superman1234 princess1234
    football1234 juventus1234 forzainter12 forzamilan123 ciaociaociao ciao12345678 passepartout correcthorsebatterystaple
    twindesk1234 twindesktwindesk coworking123 coworking1234 coworkingspace coworking2026
"""
COMMON = frozenset(_COMMON_WORDS.split())
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_slots = threading.BoundedSemaphore(HASHES_AT_A_TIME)
_nobodys_hash = _hasher.hash(secret_token())


class TooManySignIns(Unavailable):
    """More passwords to check at once than there is room for."""

    slug = "too-many-sign-ins"
    title = N_("Many people are signing in")
    sentence = N_("Many people are signing in just now. Try again in a moment.")
    retry_after_seconds = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the password was right, and the hash to keep instead when ours has grown stronger since."""

    right: bool
    new_hash: str | None = None


def check_password_rules(password: str, *, email: str, field: str = "password") -> None:
    """Refuse what is easily guessed.

    Raises Invalid, pointing at the field.
    """
    fault = _fault(_normal(password), email)
    if fault is not None:
        raise Invalid(errors=[FieldFault(pointer=f"/{field}", detail=fault)])


def hash_password(password: str) -> str:
    """Return what to keep of a password.

    Raises TooManySignIns.
    """
    with _slot():
        return _hasher.hash(_normal(password))


def verify_password(kept: str | None, password: str) -> Verdict:
    """Compare with what was kept; None (nobody there, or no password yet) costs as much and is never right.

    Raises TooManySignIns.
    """
    text = _normal(password)
    if len(text) > MAX_LENGTH:
        kept, text = None, ""
    with _slot():
        try:
            _hasher.verify(kept or _nobodys_hash, text)
        except (VerificationError, InvalidHashError):
            return Verdict(right=False)
        if not kept:
            return Verdict(right=False)
        return Verdict(right=True, new_hash=_hasher.hash(text) if _hasher.check_needs_rehash(kept) else None)


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def _fault(password: str, email: str) -> Phrase | None:
    simple = password.casefold()
    if len(password) < MIN_LENGTH:
        return Phrase(N_("Use at least %(min)s characters. A few words in a row are good."), min=MIN_LENGTH)
    if len(password) > MAX_LENGTH:
        return Phrase(N_("Use at most %(max)s characters."), max=MAX_LENGTH)
    if email and email.casefold() in simple:
        return Phrase(N_("Your e-mail address is the first thing that others would try."))
    if simple in COMMON or len(set(simple)) < MIN_DIFFERENT:
        return Phrase(N_("This password is among the first that others would try."))
    return None


@contextmanager
def _slot() -> Iterator[None]:
    if not _slots.acquire(timeout=WAIT_SECONDS):
        raise TooManySignIns
    try:
        yield
    finally:
        _slots.release()
