"""The published vectors: read by our codec, made again byte for byte, and checked by an independent implementation."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import cbor2
import cwt
import pytest
from joserfc.jwk import ECKey

from shared.keys import b64, base45, cbor, jwk, passport
from shared.keys.errors import PassportInvalid
from shared.keys.passport import IssuerKey, PassportClaims

VECTORS = json.loads((Path(__file__).parents[4] / "docs/protocol/vectors/passport.json").read_text("utf-8"))
KEY = ECKey.import_key(VECTORS["issuer"]["private_key_for_tests_only"])
POINT = {-1: 1, -2: b64.decode(jwk.public_jwk(KEY)["x"]), -3: b64.decode(jwk.public_jwk(KEY)["y"])}
PUBLIC = cwt.COSEKey.new({1: 2, 2: bytes.fromhex(VECTORS["issuer"]["kid_prefix"]), 3: -7, 4: [2], **POINT})
GOOD = pytest.mark.parametrize("vector", VECTORS["good"], ids=lambda vector: vector["name"])
REFUSED = pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda vector: vector["name"])


def _at(seconds):
    return datetime.fromtimestamp(seconds, UTC)


def _claims(vector):
    claims = vector["claims"]
    return PassportClaims(
        **claims
        | {
            "issued_at": _at(claims["issued_at"]),
            "expires_at": _at(claims["expires_at"]),
            "cti": bytes.fromhex(claims["cti"]),
            "holder_key": claims["holder_key"] and bytes.fromhex(claims["holder_key"]),
        }
    )


def _find(issuer):
    return lambda prefix: [IssuerKey(issuer, KEY)] if prefix.hex() == VECTORS["issuer"]["kid_prefix"] else []


def _cose(text):
    return base45.decode(text.removeprefix("FP1:"))


@GOOD
def test_a_good_vector_is_read(vector):
    find = _find(vector["claims"]["issuer"])
    found = passport.read(vector["text"], find, _at(vector["read_at"]), audience=vector["audience"])
    assert found.claims == _claims(vector)
    assert (found.proof, found.ref, found.kid) == (vector["proof"], vector["ref"], VECTORS["issuer"]["kid"])


@GOOD
def test_a_good_vector_s_parts_are_what_they_say(vector):
    protected, unprotected, payload, signature = cbor2.loads(_cose(vector["text"])).value
    parts = {"protected": protected, "payload": payload, "signature": signature, "cose": _cose(vector["text"])}
    assert {name: part.hex() for name, part in parts.items()} == {name: vector[name] for name in parts}
    assert unprotected == {}
    aad = bytes.fromhex(vector["external_aad"])
    assert aad == b"fp1:" + vector["claims"]["issuer"].encode()
    assert cbor2.dumps(["Signature1", protected, aad, payload]).hex() == vector["sig_structure"]


@GOOD
def test_a_good_vector_holds_for_an_independent_implementation(vector):
    aad = bytes.fromhex(vector["external_aad"])
    payload = cwt.COSE.new().decode(bytes.fromhex(vector["cose"]), PUBLIC, external_aad=aad)
    audience = vector["claims"]["audience"]
    assert cbor2.loads(payload) == {
        4: vector["claims"]["expires_at"],
        6: vector["claims"]["issued_at"],
        7: bytes.fromhex(vector["claims"]["cti"]),
        -70000: [
            vector["claims"]["status_list_number"],
            vector["claims"]["status_index"],
            vector["claims"]["display_name"],
            vector["claims"]["tier"],
            vector["claims"]["holder_key"] and bytes.fromhex(vector["claims"]["holder_key"]),
            audience and hashlib.sha256(audience.encode()).digest()[:8],
        ],
    }
    with pytest.raises(cwt.VerifyError):
        cwt.COSE.new().decode(bytes.fromhex(vector["cose"]), PUBLIC, external_aad=b"fp2:thecube-london")


@GOOD
def test_a_good_vector_is_made_again_but_for_its_random_signature(vector):
    made = _cose(passport.issue(_claims(vector), KEY))
    assert made[:-64] == bytes.fromhex(vector["cose"])[:-64]
    payload = cwt.COSE.new().decode(made, PUBLIC, external_aad=bytes.fromhex(vector["external_aad"]))
    assert payload.hex() == vector["payload"]


@GOOD
def test_a_message_of_the_independent_implementation_is_read(vector):
    issuer = vector["claims"]["issuer"]
    signer = cwt.COSEKey.from_jwk(VECTORS["issuer"]["private_key_for_tests_only"] | {"alg": "ES256", "key_ops": ["sign"]})
    made = cwt.COSE.new().encode_and_sign(
        bytes.fromhex(vector["payload"]),
        signer,
        protected={1: -7, 4: bytes.fromhex(VECTORS["issuer"]["kid_prefix"])},
        unprotected={},
        external_aad=b"fp1:" + issuer.encode(),
    )
    text = "FP1:" + base45.encode(made)
    assert passport.read(text, _find(issuer), _at(vector["read_at"]), audience=vector["audience"]).claims == _claims(vector)


@REFUSED
def test_a_bad_vector_is_refused_for_its_reason(vector):
    with pytest.raises(PassportInvalid) as caught:
        passport.read(vector["text"], _find("thecube-london"), _at(vector["read_at"]), audience=vector["audience"])
    assert caught.value.reason == vector["reason"]


def test_there_is_a_bad_vector_for_every_reason_a_text_alone_can_give():
    assert {vector["reason"] for vector in VECTORS["refused"]} == set(passport.PassportFault) - {"key_revoked"}


def test_the_strict_reader_reads_what_the_independent_one_reads():
    for vector in VECTORS["good"]:
        assert cbor.decode(bytes.fromhex(vector["payload"])) == cbor2.loads(bytes.fromhex(vector["payload"]))
