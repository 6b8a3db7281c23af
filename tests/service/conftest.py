"""What all tests of services share: a passphrase becomes a key at once."""

import pytest

from shared.backup import sealed_file

QUICK_SCRYPT = 4


@pytest.fixture(autouse=True)
def quick_scrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    """To take long is the point of scrypt, and of no test here."""
    monkeypatch.setattr(sealed_file, "SCRYPT_LOG_N", QUICK_SCRYPT)
