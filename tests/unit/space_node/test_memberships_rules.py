"""Codes that are read from one screen and typed at another."""

import pytest

from space_node.memberships.errors import LinkCodeMalformed
from space_node.memberships.rules import read, spell


@pytest.mark.parametrize(
    ("secret", "code"),
    [(bytes(10), "0000-0000-0000-0000"), (b"\xff" * 10, "ZZZZ-ZZZZ-ZZZZ-ZZZZ"), (bytes(range(10)), "000G-40R4-0M30-E209")],
)
def test_ten_bytes_are_sixteen_letters(secret: bytes, code: str) -> None:
    assert spell(secret) == code
    assert read(code) == code


@pytest.mark.parametrize("typed", ["000g40r40m30e209", " OOOG 4OR4 oM3O e2o9 ", "000G-40R4-0M30-E209\n", "000G–40R4–0M30–E209"])
def test_a_code_may_be_typed_as_it_is_read(typed: str) -> None:
    assert read(typed) == "000G-40R4-0M30-E209"


@pytest.mark.parametrize("typed", ["", "000G-40R4-0M30-E20", "000G-40R4-0M30-E2099", "000G-40R4-0M30-E20U"])
def test_what_cannot_be_a_code_is_said_so(typed: str) -> None:
    with pytest.raises(LinkCodeMalformed) as refusal:
        read(typed)
    assert [fault["pointer"] for fault in refusal.value.errors] == ["/code"]
