"""Texts and bytes: each value has one text, and everything else is refused with ValueError."""

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.keys import b64, base45, cbor

RFC_9285 = [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0"), (b"", "")]


@pytest.mark.parametrize(("data", "text"), RFC_9285)
def test_the_examples_of_rfc_9285_come_out_both_ways(data, text):
    assert base45.encode(data) == text
    assert base45.decode(text) == data


@pytest.mark.parametrize("text", ["GGW", "::", ":::", "A", "BB8A", "bb8", "BB_", "é12"])
def test_what_rfc_9285_forbids_is_refused(text):
    with pytest.raises(ValueError, match="base45"):
        base45.decode(text)


@given(st.binary(max_size=300))
def test_base45_and_base64url_bring_all_bytes_back(data):
    assert base45.decode(base45.encode(data)) == data
    assert b64.decode(b64.encode(data)) == data


@given(st.text(alphabet=base45.ALPHABET + "a_é", max_size=12))
def test_a_base45_text_has_no_second_spelling(text):
    try:
        data = base45.decode(text)
    except ValueError:
        return
    assert base45.encode(data) == text


@pytest.mark.parametrize("text", ["QQ==", "QR", "Q", "Q+==", "Q Q", "QQ\n", "é", "+/+/", "QUJD="])
def test_base64url_with_stray_bits_signs_or_padding_is_refused(text):
    with pytest.raises(ValueError, match="base64url"):
        b64.decode(text)


SCALARS = st.one_of(
    st.none(),
    st.integers(-(2**64), 2**64 - 1),
    st.binary(max_size=300),
    st.text(max_size=40, alphabet=st.characters(codec="utf-8")),
)
KEYS = st.one_of(
    st.integers(-(2**64), 2**64 - 1), st.binary(max_size=8), st.text(max_size=8, alphabet=st.characters(codec="utf-8"))
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=6)


def _depth(value):
    if isinstance(value, dict):
        return 1 + max((_depth(below) for below in value.values()), default=0)
    return 1 + max((_depth(below) for below in value), default=0) if isinstance(value, list) else 0


def _head(kind, number):
    head = cbor2.dumps(number)
    return bytes([kind << 5 | head[0]]) + head[1:]


def _deterministic(value):
    """What an independent encoder writes, with maps in the order of RFC 8949 (its own is by length first)."""
    if isinstance(value, cbor.Tagged):
        return _head(6, value.tag) + _deterministic(value.value)
    if isinstance(value, dict):
        pairs = sorted((cbor2.dumps(name), _deterministic(below)) for name, below in value.items())
        return _head(5, len(value)) + b"".join(name + below for name, below in pairs)
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(map(_deterministic, value))
    return cbor2.dumps(value)


@given(VALUES)
def test_deterministic_cbor_reads_as_an_independent_encoder_wrote_it(value):
    raw = _deterministic(value)
    if _depth(value) > cbor.MAX_DEPTH:
        with pytest.raises(ValueError, match="deep"):
            cbor.decode(raw)
    else:
        assert cbor.decode(raw) == value


@given(st.binary(max_size=60))
def test_any_bytes_are_one_value_in_its_shortest_form_or_refused(raw):
    try:
        value = cbor.decode(raw)
    except ValueError:
        return
    assert _deterministic(value) == raw


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        ("", "too early"),
        ("1817", "longer"),
        ("190018", "longer"),
        ("1a0000ffff", "longer"),
        ("1b00000000ffffffff", "longer"),
        ("5803", "longer"),
        ("5818", "too early"),
        ("9f01ff", "deterministic"),
        ("1c", "deterministic"),
        ("0000", "follow"),
        ("f5", "simple"),
        ("f97e00", "simple"),
        ("fb7ff0000000000000", "simple"),
        ("61ff", "utf-8"),
        ("a201000100", "in order"),
        ("a202000100", "in order"),
        ("a18000", "in order"),
        ("a1f600", "in order"),
        ("a1818000", "deep"),
        ("8181818181f6", "deep"),
        ("9bffffffffffffffff", "too early"),
    ],
)
def test_cbor_that_is_open_long_double_or_deep_is_refused(raw, what):
    with pytest.raises(ValueError, match=what):
        cbor.decode(bytes.fromhex(raw))


def test_a_tag_is_kept_and_never_acted_on():
    assert cbor.decode(bytes.fromhex("c11a514b67b0")) == cbor.Tagged(1, 1363896240)
