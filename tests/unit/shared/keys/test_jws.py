"""Signed documents, and the table of attacks on them."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws as joserfc_jws
from joserfc.jwk import ECKey, KeySet

from shared.keys import jwk, jws
from shared.keys.errors import SignatureInvalid, SignerUnknown
from tests.support.forged_documents import forgeries, loose_token
from tests.unit.shared.keys.material import by_kid, key

TYP = "terms+jwt"
KID = jwk.kid_of(key())
HEADER = {"alg": "ES256", "kid": KID, "typ": TYP}
BODY = b'{"price_credits":150}'


def _verify(token, **changed):
    return jws.verify(token, **{"keys": by_kid(key()), "typ": TYP} | changed)


def test_a_signed_document_comes_back_with_the_hash_of_its_raw_payload():
    signed = _verify(jws.sign({"b": 1, "a": "é"}, key=key(), typ=TYP))
    assert signed == jws.Signed({"a": "é", "b": 1}, '{"a":"é","b":1}'.encode(), signed.payload_sha256, KID)
    assert signed.payload_sha256 == hashlib.sha256(signed.payload_bytes).hexdigest()


def test_two_signatures_of_one_payload_differ_and_its_hash_does_not():
    first, second = (jws.sign({"a": 1}, key=key(), typ=TYP) for _ in range(2))
    assert first != second
    assert _verify(first).payload_sha256 == _verify(second).payload_sha256


def test_another_party_signs_the_same_bytes():
    first = _verify(jws.sign({"a": 1.50}, key=key(), typ=TYP))
    second = jws.sign_bytes(first.payload_bytes, key=key("theirs"), typ=TYP)
    assert _verify(second, keys=by_kid(key("theirs"))).payload_sha256 == first.payload_sha256


def test_a_key_set_of_the_library_serves_as_keys():
    token = jws.sign({}, key=key(), typ=TYP)
    assert _verify(token, keys=KeySet([key("theirs"), key()])).kid == KID


def test_the_library_reads_what_was_signed():
    found = joserfc_jws.deserialize_compact(jws.sign({"a": 1}, key=key(), typ=TYP), key(), algorithms=["ES256"])
    assert (found.headers(), json.loads(found.payload)) == (HEADER, {"a": 1})


def test_the_payload_can_be_looked_at_before_the_key_is_known():
    assert jws.read_unverified(jws.sign({"iss": "thecube"}, key=key(), typ=TYP), typ=TYP) == {"iss": "thecube"}


GOOD = jws.sign({"price_credits": 150}, key=key(), typ=TYP)
ATTACKS = {
    **forgeries(GOOD, key=key(), stranger=key("evil")),
    "kid a list": loose_token(HEADER | {"kid": [KID]}, BODY, key()),
    "a line end at the end": GOOD + "\n",
    "a blank before it": " " + GOOD,
    "half a character": "\ud800.\ud800.\ud800",
}


@pytest.mark.parametrize("token", ATTACKS.values(), ids=ATTACKS.keys())
def test_every_attack_of_the_table_is_refused(token):
    with pytest.raises(SignatureInvalid):
        _verify(token)


def test_the_loose_signer_of_the_table_can_also_be_right():
    assert _verify(loose_token(HEADER, BODY, key())).payload_bytes == BODY


def test_an_unknown_kid_is_told_apart_so_that_a_newer_key_list_can_be_asked_for():
    with pytest.raises(SignerUnknown):
        _verify(jws.sign({}, key=key("theirs"), typ=TYP))


def test_another_key_under_the_same_kid_is_refused():
    with pytest.raises(SignatureInvalid, match="signature"):
        _verify(loose_token(HEADER, BODY, key("evil")))


def test_a_key_on_another_curve_under_the_kid_is_refused():
    with pytest.raises(SignatureInvalid, match="signature"):
        _verify(GOOD, keys={KID: ECKey.generate_key("P-384")})


def test_a_token_over_the_cap_is_refused_before_it_is_read():
    token = jws.sign({"text": "x" * 70_000}, key=key(), typ=TYP)
    with pytest.raises(SignatureInvalid, match="too-large"):
        _verify(token)
    assert _verify(token, max_bytes=200_000).payload["text"].startswith("x")


def test_a_payload_over_the_library_s_own_cap_passes_where_it_is_allowed():
    token = jws.sign({"text": "x" * 300_000}, key=key(), typ=TYP)
    assert len(_verify(token, max_bytes=500_000).payload["text"]) == 300_000


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 127))
def test_a_token_with_any_character_changed_is_refused(place, change):
    changed = GOOD[:place] + chr(ord(GOOD[place]) ^ change) + GOOD[place + 1 :]
    with pytest.raises(SignatureInvalid):
        _verify(changed)


@given(st.text(max_size=200))
def test_any_text_is_refused_with_the_one_error(text):
    with pytest.raises(SignatureInvalid):
        _verify(text)
    with pytest.raises(SignatureInvalid):
        jws.read_unverified(text, typ=TYP)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(st.characters(codec="utf-8"), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=8), JSON, max_size=5))
def test_every_payload_comes_back_as_it_was(payload):
    assert _verify(jws.sign(payload, key=key(), typ=TYP)).payload == payload
