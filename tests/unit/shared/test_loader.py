import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Malformed
from shared.loader import MAX_BODY_BYTES, MAX_DEPTH, dump_json, strict_loads

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers(-(10**18) + 1, 10**18 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda below: st.lists(below, max_size=5) | st.dictionaries(TEXT, below, max_size=5),
    max_leaves=30,
)
BAD = {
    "nothing": b"",
    "half": b'{"a":',
    "two values": b"{}{}",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "not UTF-8": b'{"a":"\xff"}',
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "a key twice": b'{"a":1,"a":2}',
    "a key twice below": b'[{"b":{"a":1,"\\u0061":2}}]',
    "not a number": b'{"a":NaN}',
    "infinity": b"[Infinity]",
    "minus infinity": b"[-Infinity]",
    "a float beyond floats": b"[1e400]",
    "a float without an end": b"[0." + b"1" * 40 + b"]",
    "an integer of 19 digits": b"[" + b"9" * 19 + b"]",
    "a negative of 19 digits": b"[-" + b"9" * 19 + b"]",
    "an integer of 5000 digits": b"[" + b"9" * 5000 + b"]",
    "a lone surrogate": b'["\\ud800"]',
    "a lone surrogate as a key": b'{"\\udfff":1}',
    "single quotes": b"{'a':1}",
    "a control character in a string": b'["\n"]',
    "nested too deep": b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
    "nested far too deep": b"[" * 30_000 + b"]" * 30_000,
    "objects nested too deep": b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1),
    "too large": b" " * MAX_BODY_BYTES + b"1",
}


@pytest.mark.parametrize("raw", BAD.values(), ids=BAD)
def test_what_two_programs_could_read_in_two_ways_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        strict_loads(raw)
    assert refused.value.detail


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"null", None),
        (b' {"a":[1,-2,3.5,true,"x"]} ', {"a": [1, -2, 3.5, True, "x"]}),
        (b'["\\ud83d\\ude00"]', ["😀"]),
        (b"[" + b"9" * 18 + b"]", [10**18 - 1]),
        (b'{"a":1,"A":2}', {"a": 1, "A": 2}),
        (b"[" * MAX_DEPTH + b"7" + b"]" * MAX_DEPTH, None),
        (b" " * (MAX_BODY_BYTES - 2) + b"42", 42),
    ],
)
def test_ordinary_json_is_taken(raw: bytes, value: Any) -> None:
    assert strict_loads(raw) == (json.loads(raw) if value is None else value)


def test_a_caller_may_set_another_size() -> None:
    assert strict_loads(b"[1]", max_bytes=3) == [1]
    with pytest.raises(Malformed, match="larger than 3 bytes"):
        strict_loads(b"[1] ", max_bytes=3)
    assert strict_loads(b'"' + b"a" * 100_000 + b'"', max_bytes=200_000) == "a" * 100_000


def test_the_key_that_stands_twice_is_named_in_plain_letters() -> None:
    with pytest.raises(Malformed, match=r"The key '\\xe9' stands twice\."):
        strict_loads('{"é":1,"é":2}'.encode())


def test_a_dump_is_compact_sorted_utf_8() -> None:
    assert dump_json({"b": [1, 2.5, None], "a": "città"}) == '{"a":"città","b":[1,2.5,null]}'.encode()
    with pytest.raises(ValueError, match="Out of range"):
        dump_json(float("nan"))


@given(VALUES)
def test_what_is_dumped_is_loaded_again(value: Any) -> None:
    assert strict_loads(dump_json(value), max_bytes=10_000_000) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_malformed(raw: bytes) -> None:
    try:
        value = strict_loads(raw)
    except Malformed:
        return
    assert strict_loads(dump_json(value)) == value


@given(st.dictionaries(TEXT, st.integers(0, 9), min_size=1), st.data())
def test_a_key_that_stands_twice_is_found_wherever_it_stands(value: dict[str, int], data: st.DataObject) -> None:
    pairs = [f"{json.dumps(key)}:{number}" for key, number in value.items()]
    twice = data.draw(st.sampled_from(pairs))
    at = data.draw(st.integers(0, len(pairs)))
    pairs.insert(at, twice)
    with pytest.raises(Malformed):
        strict_loads(("{" + ",".join(pairs) + "}").encode())
