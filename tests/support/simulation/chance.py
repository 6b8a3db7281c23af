"""All chance comes from the seed, and nothing waits for the machine's own time: one seed is one story."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from random import Random
from uuid import UUID

import pytest

from shared import ids
from shared.backup import sealed_file
from shared.messaging import outbox
from space_node.desks import rules as desk_rules
from space_node.passports.service import issue

_LATER_THAN_ANY_FOUNDING = 1_900_000_000_000
_QUICK_SCRYPT = 4


class SeededSecrets:
    """What stands for the module `secrets`: tokens of a seed."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice

    def token_urlsafe(self, count: int = 32) -> str:
        """Letters enough for so many bytes."""
        return f"{self._dice.getrandbits(8 * count):0{2 * count}x}"

    def token_bytes(self, count: int = 32) -> bytes:
        """So many bytes."""
        return self._dice.randbytes(count)

    def choice(self, those: list[int]) -> int:
        """One of them."""
        return self._dice.choice(those)


class SeededMint:
    """What stands for the mint of ids: they grow as they are made, and are the same for the same seed."""

    def __init__(self, dice: Random) -> None:
        self._dice, self._made = dice, 0

    def next(self, _milliseconds: int) -> str:
        """A UUID of version 7."""
        self._made += 1
        stamp, tail = _LATER_THAN_ANY_FOUNDING + self._made, self._dice.getrandbits(74)
        return str(UUID(int=stamp << 80 | 7 << 76 | (tail >> 62) << 64 | 2 << 62 | (tail & ((1 << 62) - 1))))


@contextmanager
def seeded(seed: object) -> Iterator[None]:
    """Make ids and tokens from the seed, and let nobody's patience run out while the machine is busy."""
    dice = Random(f"ids of {seed}")
    chance = SeededSecrets(dice)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ids, "_mint", SeededMint(dice))
        patch.setattr(ids, "secrets", chance)
        patch.setattr(issue, "secrets", chance)
        patch.setattr(outbox, "Budget", partial(outbox.Budget, monotonic=lambda: 0.0))
        # That a passphrase is dear to guess is tested elsewhere, and would be dear here.
        patch.setattr(sealed_file, "SCRYPT_LOG_N", _QUICK_SCRYPT)
        # What holds of a week holds of two months.
        patch.setattr(desk_rules, "DAYS_AHEAD", 7)
        # Troubles are all there is, and nobody reads of them.
        logging.disable()
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)
