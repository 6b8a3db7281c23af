"""Sealed boxes open for one key and one resource, and for nothing else."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwe

from shared.keys import b64, jwk, sealed
from shared.keys.errors import KeyInvalid, SealedBoxInvalid
from tests.unit.shared.keys.material import by_kid, key

CONTEXT = "booking:019ab3c0-0000-7000-8000-000000000001"
CARD = {"name": "Ada Lovelace", "note": "Arrives at ten."}
TO = jwk.public_jwk(key())
BOX = sealed.seal(CARD, to_jwk=TO, context=CONTEXT)


def _open(box, **changed):
    return sealed.open_box(box, **{"key": key(), "context": CONTEXT} | changed)


def _changed_header(**changed):
    first, rest = BOX.split(".", 1)
    header = json.loads(b64.decode(first)) | changed
    return b64.encode(json.dumps({name: value for name, value in header.items() if value != "absent"}).encode()) + "." + rest


def test_a_box_opens_for_its_key_and_its_resource():
    assert _open(BOX) == CARD


def test_the_right_one_of_several_keys_opens_it():
    assert _open(BOX, key=by_kid(key("former"), key())) == CARD


def test_a_key_object_serves_as_recipient_too():
    assert _open(sealed.seal(CARD, to_jwk=key(), context=CONTEXT)) == CARD


def test_what_is_sealed_shows_nowhere_and_no_two_boxes_are_alike():
    parts = [b64.decode(part) for part in BOX.split(".")]
    assert not any(b"Ada" in part for part in parts)
    assert sealed.seal(CARD, to_jwk=TO, context=CONTEXT) != BOX


def test_the_library_alone_can_open_it():
    assert json.loads(jwe.decrypt_compact(BOX, key()).plaintext) == CARD


def test_a_box_moved_to_another_resource_does_not_open():
    with pytest.raises(SealedBoxInvalid, match="wrong-context"):
        _open(BOX, context=CONTEXT[:-1] + "2")


def test_a_box_whose_resource_was_rewritten_does_not_open():
    other = CONTEXT[:-1] + "2"
    with pytest.raises(SealedBoxInvalid, match="changed"):
        _open(_changed_header(apv=b64.encode(other.encode())), context=other)


@pytest.mark.parametrize("keys", [key("theirs"), {}, by_kid(key("theirs"))])
def test_a_box_for_somebody_else_does_not_open(keys):
    with pytest.raises(SealedBoxInvalid, match="wrong-key"):
        _open(BOX, key=keys)


def test_a_box_renamed_to_another_key_does_not_open():
    with pytest.raises(SealedBoxInvalid, match="changed"):
        _open(_changed_header(kid=jwk.kid_of(key("theirs"))), key=key("theirs"))


def test_a_box_over_eight_kilobytes_is_neither_made_nor_opened():
    fits = sealed.seal({"note": "x" * 5500}, to_jwk=TO, context=CONTEXT)
    assert len(_open(fits)["note"]) == 5500
    for size in (6000, 20_000):
        with pytest.raises(SealedBoxInvalid, match="too-large"):
            sealed.seal({"note": "x" * size}, to_jwk=TO, context=CONTEXT)
    with pytest.raises(SealedBoxInvalid, match="too-large"):
        _open(BOX + "A" * 8192)


def test_a_box_belongs_to_a_named_resource():
    for context in ("", "x" * 201):
        with pytest.raises(ValueError, match="1 to 200 bytes"):
            sealed.seal(CARD, to_jwk=TO, context=context)
    longest = sealed.seal(CARD, to_jwk=TO, context="x" * 200)
    assert _open(longest, context="x" * 200) == CARD


def test_a_key_on_no_curve_of_ours_is_refused_before_anything_is_sealed():
    with pytest.raises(KeyInvalid):
        sealed.seal(CARD, to_jwk={"kty": "RSA"}, context=CONTEXT)


EPK = json.loads(b64.decode(BOX.split(".")[0]))["epk"]
FORGED = {
    "another key agreement": _changed_header(alg="ECDH-ES"),
    "a shared secret": _changed_header(alg="dir"),
    "a password": _changed_header(alg="PBES2-HS256+A128KW", p2c=10**9, p2s="AAAA"),
    "another cipher": _changed_header(enc="A128GCM"),
    "compression": _changed_header(zip="DEF"),
    "another type": _changed_header(typ="JWT"),
    "no type": _changed_header(typ="absent"),
    "kid a list": _changed_header(kid=[]),
    "critical extension": _changed_header(crit=["exp"], exp=1),
    "a party of the sender": _changed_header(apu="AAAA"),
    "an ephemeral key off the curve": _changed_header(epk=EPK | {"y": b64.encode(bytes(32))}),
    "an ephemeral key on another curve": _changed_header(epk=EPK | {"crv": "P-384"}),
    "an ephemeral key with a private part": _changed_header(epk=EPK | {"d": EPK["x"]}),
    "an ephemeral key with a use": _changed_header(epk=EPK | {"use": "sig"}),
    "no ephemeral key": _changed_header(epk=None),
    "a header that is a list": b64.encode(b"[]") + "." + BOX.split(".", 1)[1],
    "a header that is no JSON": b64.encode(b"{") + "." + BOX.split(".", 1)[1],
    "four parts": BOX.rsplit(".", 1)[0],
    "six parts": BOX + ".AA",
    "a short tag": BOX[:-4],
    "letters beyond ASCII": "é" + BOX,
    "nothing": "",
}


@pytest.mark.parametrize("box", FORGED.values(), ids=FORGED.keys())
def test_every_forged_box_is_refused(box):
    with pytest.raises(SealedBoxInvalid):
        _open(box)


@pytest.mark.parametrize("plain", [b"[]", b"", b"hello", b'{"a":1,"a":2}', b"\xff"])
def test_a_box_that_holds_no_strict_json_object_is_refused(plain):
    header = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "typ": "sealed+jwe", "kid": jwk.kid_of(key())}
    box = jwe.encrypt_compact(header | {"apv": b64.encode(CONTEXT.encode())}, plain, jwk.read_public(TO))
    with pytest.raises(SealedBoxInvalid, match="payload"):
        _open(box)


@settings(max_examples=150)
@given(st.integers(0, len(BOX) - 1), st.integers(1, 127))
def test_a_box_with_any_character_changed_is_refused(place, change):
    changed = BOX[:place] + chr(ord(BOX[place]) ^ change) + BOX[place + 1 :]
    with pytest.raises(SealedBoxInvalid):
        _open(changed)


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8"), max_size=9), st.text(st.characters(codec="utf-8"), max_size=40), max_size=4
    )
)
def test_every_card_comes_back_as_it_was(card):
    assert _open(sealed.seal(card, to_jwk=TO, context=CONTEXT)) == card
