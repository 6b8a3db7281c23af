"""Cursors: what was encoded comes back, and nothing else is believed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.messaging.cursor import Bounds, CursorExpired, CursorMalformed, CursorRequired, Cursors, FeedReset, Position

CURSORS = Cursors(b"a secret")
EPOCHS = st.integers(1, 10**15).map(str)
SEQS = st.integers(0, 10**17)


@given(epoch=EPOCHS, seq=SEQS)
def test_what_was_encoded_comes_back(epoch: str, seq: int) -> None:
    text = CURSORS.encode(epoch, seq)
    assert CURSORS.decode(text) == Position(epoch, seq)
    assert len(text) <= 200


@given(epoch=EPOCHS, seq=SEQS, place=st.integers(0, 200), character=st.sampled_from("Aa0-_.=é \n"))
def test_one_changed_character_is_refused(epoch: str, seq: int, place: int, character: str) -> None:
    text = CURSORS.encode(epoch, seq)
    place %= len(text)
    forged = text[:place] + character + text[place + 1 :]
    if forged != text:
        with pytest.raises(CursorMalformed):
            CURSORS.decode(forged)


@given(text=st.text(max_size=80))
def test_what_was_never_encoded_is_refused(text: str) -> None:
    with pytest.raises(CursorMalformed):
        CURSORS.decode(text)


@given(secret=st.binary(min_size=1).filter(lambda secret: secret != b"a secret"))
def test_a_cursor_of_another_secret_is_refused(secret: bytes) -> None:
    with pytest.raises(CursorMalformed):
        CURSORS.decode(Cursors(secret).encode("1", 7))


def test_a_cursor_does_not_show_what_is_inside_to_be_changed() -> None:
    seven, eight = CURSORS.encode("1", 7).split("."), CURSORS.encode("1", 8).split(".")
    with pytest.raises(CursorMalformed):
        CURSORS.decode(f"{eight[0]}.{seven[1]}")


def test_a_place_inside_the_bounds_is_found() -> None:
    bounds = Bounds("5", floor=10, head=20)
    assert [CURSORS.locate(CURSORS.encode("5", seq), bounds) for seq in (10, 15, 20)] == [10, 15, 20]


def test_a_place_before_the_floor_has_expired() -> None:
    with pytest.raises(CursorExpired):
        CURSORS.locate(CURSORS.encode("5", 9), Bounds("5", floor=10, head=20))


@pytest.mark.parametrize(("epoch", "seq"), [("5", 21), ("4", 15), ("6", 15)])
def test_a_place_of_another_epoch_or_in_the_future_resets_the_reader(epoch: str, seq: int) -> None:
    restored_to = datetime(2026, 3, 3, tzinfo=UTC)
    with pytest.raises(FeedReset) as refused:
        CURSORS.locate(CURSORS.encode(epoch, seq), Bounds("5", floor=10, head=20, restored_to=restored_to))
    assert refused.value.params == {"restored_to": "2026-03-03T00:00:00+00:00"}


@pytest.mark.parametrize("text", [None, ""])
def test_a_reader_without_a_cursor_is_told_to_name_one(text: str | None) -> None:
    with pytest.raises(CursorRequired):
        CURSORS.locate(text, Bounds("5", floor=0, head=0))
