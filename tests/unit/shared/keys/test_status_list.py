"""Status lists: the draft's vectors, honest bounds, and no bomb goes off."""

import contextlib
import json
import zlib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import KeySet

from shared.keys import b64, jws, status_list
from shared.keys.errors import SignatureInvalid, SignerUnknown, StatusListInvalid
from shared.keys.status_list import MAX_LIST_BYTES, Status, StatusList
from tests.unit.shared.keys.material import NOW, by_kid, key

HOME = "thecube-london"
PAYLOAD = {
    "iss": HOME,
    "sub": f"urn:twindesk:status-list:{HOME}:0",
    "iat": int(NOW.timestamp()),
    "ttl": 900,
    "rev": 1,
    "status_list": {"bits": 2, "lst": b64.encode(StatusList(16).deflated())},
}


def _signed(**changed):
    return jws.sign(PAYLOAD | changed, key=key(), typ="statuslist+jwt")


def _row(data, bits=2):
    return _signed(status_list={"bits": bits, "lst": b64.encode(data)})


def _read(text, **changed):
    return status_list.read(text, **{"keys": by_kid(key()), "issuer": HOME} | changed)


@pytest.mark.parametrize(
    ("bits", "statuses", "row", "deflated"),
    [
        (1, [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1], "b9a3", "78dadbb918000217015d"),
        (2, [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3], "c944f9", "78da3be9f2130003df0207"),
    ],
)
def test_the_vectors_of_the_draft_come_out_byte_for_byte(bits, statuses, row, deflated):
    made = StatusList(len(statuses), bits=bits)
    for index, status in enumerate(statuses):
        made.set(index, status)
    assert zlib.decompress(made.deflated()).hex() == row
    assert made.deflated().hex() == deflated
    read = StatusList.inflated(bytes.fromhex(deflated), bits=bits)
    assert [read.get(index) for index in range(read.size)] == statuses


def test_a_signed_list_comes_back_with_who_signed_what_and_when():
    made = StatusList()
    made.set(4711, Status.INVALID)
    made.set(16_383, Status.SUSPENDED)
    found = _read(status_list.sign(made, key(), HOME, NOW, 7))
    assert (found.size, found.issuer, found.number, found.rev, found.issued_at) == (16_384, HOME, 0, 7, NOW)
    assert {index for index in range(found.size) if found.get(index) != Status.VALID} == {4711, 16_383}
    assert (found.get(4711), found.get(16_383)) == (Status.INVALID, Status.SUSPENDED)


def test_the_token_has_the_form_of_the_draft():
    token = status_list.sign(StatusList(), key(), HOME, NOW, 7, number=1)
    head, payload, _ = (b64.decode(part) for part in token.split("."))
    assert json.loads(head)["typ"] == "statuslist+jwt"
    claims = json.loads(payload)
    assert claims["sub"] == f"urn:twindesk:status-list:{HOME}:1"
    assert (claims["iat"], claims["ttl"], claims["status_list"]["bits"]) == (int(NOW.timestamp()), 900, 2)


def test_a_status_can_be_taken_back():
    made = StatusList(8)
    for status in (Status.INVALID, Status.SUSPENDED, Status.VALID):
        made.set(5, status)
        assert [made.get(index) for index in range(8)] == [0, 0, 0, 0, 0, status, 0, 0]


def test_a_list_of_a_handful_is_as_long_as_one_of_thousands_and_still_small():
    assert len(status_list.sign(StatusList(), key(), HOME, NOW, 1)) < 600


@pytest.mark.parametrize("index", [-1, 16, 10**9])
def test_an_index_out_of_bounds_is_refused_and_never_read_as_good(index):
    made = StatusList(16)
    with pytest.raises(StatusListInvalid, match="out-of-bounds"):
        made.get(index)
    with pytest.raises(StatusListInvalid, match="out-of-bounds"):
        made.set(index, Status.VALID)


@pytest.mark.parametrize("status", [-1, 4])
def test_a_status_that_needs_more_bits_is_refused(status):
    with pytest.raises(ValueError, match="2 bits"):
        StatusList(16).set(0, status)


@pytest.mark.parametrize(("size", "bits"), [(0, 2), (3, 2), (-8, 2), (16, 3), (16, 0), (MAX_LIST_BYTES * 4 + 4, 2)])
def test_a_size_that_does_not_fill_bytes_or_bursts_the_cap_is_refused(size, bits):
    with pytest.raises(StatusListInvalid, match="size"):
        StatusList(size, bits=bits)


BROKEN = {
    "a bomb": zlib.compress(bytes(10_000_000), 9),
    "one byte over the cap": zlib.compress(bytes(MAX_LIST_BYTES + 1), 9),
    "a stream cut short": StatusList().deflated()[:-3],
    "bytes behind the stream": StatusList().deflated() + b"\x00",
    "a second stream": StatusList().deflated() * 2,
    "no stream": b"hello",
    "nothing": b"",
    "an empty list": zlib.compress(b""),
    "raw deflate without its frame": zlib.compressobj(9, zlib.DEFLATED, -15).flush(),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_a_stream_that_is_broken_or_bursts_is_refused(data):
    with pytest.raises(StatusListInvalid):
        StatusList.inflated(data)


def test_a_bomb_in_a_signed_list_is_refused():
    bomb = zlib.compress(bytes(20_000_000), 9)
    assert len(bomb) < 40_000
    with pytest.raises(StatusListInvalid, match="broken"):
        _read(_row(bomb))


def test_the_longest_list_allowed_is_read():
    assert _read(_row(zlib.compress(bytes(MAX_LIST_BYTES), 9))).size == MAX_LIST_BYTES * 4


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"iss": "wecreate-nyc"}, "other-list"),
        ({"iss": None}, "other-list"),
        ({"sub": f"urn:twindesk:status-list:{HOME}:1"}, "other-list"),
        ({"sub": 5}, "other-list"),
        ({"rev": 0}, "malformed"),
        ({"rev": True}, "malformed"),
        ({"rev": None}, "malformed"),
        ({"iat": "today"}, "malformed"),
        ({"iat": -1}, "malformed"),
        ({"iat": 10**12}, "malformed"),
        ({"status_list": None}, "malformed"),
        ({"status_list": []}, "malformed"),
        ({"status_list": {"bits": 2}}, "malformed"),
        ({"status_list": {"bits": 2, "lst": 5}}, "malformed"),
        ({"status_list": {"bits": 2, "lst": "QR"}}, "malformed"),
        ({"status_list": {"lst": PAYLOAD["status_list"]["lst"]}}, "malformed"),
        ({"status_list": {"bits": True, "lst": PAYLOAD["status_list"]["lst"]}}, "malformed"),
        ({"status_list": {"bits": [2], "lst": PAYLOAD["status_list"]["lst"]}}, "malformed"),
        ({"status_list": {"bits": 3, "lst": PAYLOAD["status_list"]["lst"]}}, "size"),
    ],
)
def test_a_signed_list_of_another_space_or_form_is_refused(changed, reason):
    with pytest.raises(StatusListInvalid, match=reason):
        _read(_signed(**changed))


def test_a_list_is_read_with_the_keys_of_its_space_only():
    token = status_list.sign(StatusList(), key(), HOME, NOW, 1)
    assert _read(token, keys=KeySet([key()])).rev == 1
    with pytest.raises(SignerUnknown):
        _read(token, keys=by_kid(key("theirs")))
    with pytest.raises(SignatureInvalid, match="too-large"):
        _read("x" * 60_001)
    with pytest.raises(SignatureInvalid, match="typ"):
        _read(jws.sign(PAYLOAD, key=key(), typ="key-list+jwt"))


def test_an_old_list_is_still_read_since_its_age_is_judged_elsewhere():
    assert _read(status_list.sign(StatusList(), key(), HOME, NOW - timedelta(days=300), 1)).rev == 1


@given(
    st.sampled_from([1, 2, 4, 8]).flatmap(
        lambda bits: st.tuples(st.just(bits), st.dictionaries(st.integers(0, 1023), st.integers(0, (1 << bits) - 1), max_size=40))
    )
)
def test_every_list_comes_back_as_it_was_set(drawn):
    bits, statuses = drawn
    made = StatusList(1024, bits=bits)
    for index, status in statuses.items():
        made.set(index, status)
    found = StatusList.inflated(made.deflated(), bits=bits)
    assert [found.get(index) for index in range(1024)] == [statuses.get(index, 0) for index in range(1024)]


@given(st.binary(max_size=200))
def test_any_bytes_are_a_list_or_refused_with_the_one_error(data):
    with contextlib.suppress(StatusListInvalid):
        StatusList.inflated(data)
