"""Public keys of others are read strictly and written in one form."""

import base64
import hashlib

import pytest
from joserfc.jwk import ECKey

from shared.keys import b64, jwk
from shared.keys.errors import KeyInvalid
from tests.unit.shared.keys.material import key

GOOD = jwk.public_jwk(key())


def test_a_key_is_written_without_its_private_part_and_read_back():
    assert set(GOOD) == {"kty", "crv", "x", "y"}
    found = jwk.read_public(GOOD)
    assert not found.is_private
    assert found.kid == jwk.kid_of(key())


def test_the_thumbprint_is_that_of_rfc_7638():
    # The P-256 key of RFC 7517, appendix A.1.
    published = {
        "kty": "EC",
        "crv": "P-256",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
        "use": "enc",
    }
    hashed = f'{{"crv":"P-256","kty":"EC","x":"{published["x"]}","y":"{published["y"]}"}}'
    expected = base64.urlsafe_b64encode(hashlib.sha256(hashed.encode()).digest()).decode().rstrip("=")
    assert jwk.kid_of(jwk.read_public(published)) == expected == "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"


def test_the_prefix_is_the_first_eight_bytes_of_the_thumbprint():
    assert jwk.kid_prefix(key()) == b64.decode(jwk.kid_of(key()))[:8]


def test_a_kid_is_ignored_on_our_own_keys_and_must_fit_on_foreign_ones():
    renamed = ECKey.import_key(GOOD | {"kid": "mine"})
    assert jwk.kid_of(renamed) == jwk.kid_of(key())
    assert jwk.read_public(GOOD | {"kid": jwk.kid_of(key())}).kid == jwk.kid_of(key())
    with pytest.raises(KeyInvalid, match="kid"):
        jwk.read_public(GOOD | {"kid": "mine"})


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"kty": "oct", "k": "AAAA"}, "type"),
        ({"kty": "RSA"}, "type"),
        ({"crv": "P-384"}, "type"),
        ({"crv": "secp256k1"}, "type"),
        ({"crv": ["P-256"]}, "type"),
        ({"d": "AAAA"}, "private"),
        ({"d": None}, "private"),
        ({"x": None}, "coordinate"),
        ({"x": 5}, "coordinate"),
        ({"x": GOOD["x"] + "AA"}, "coordinate"),
        ({"x": GOOD["x"] + "="}, "coordinate"),
        ({"y": "é"}, "coordinate"),
        ({"y": ""}, "coordinate"),
        ({"y": b64.encode(bytes(32))}, "not-on-curve"),
        ({"x": b64.encode(b"\xff" * 32)}, "not-on-curve"),
    ],
)
def test_a_key_of_another_kind_or_form_is_refused(changed, reason):
    with pytest.raises(KeyInvalid, match=reason):
        jwk.read_public(GOOD | changed)


@pytest.mark.parametrize("value", [None, [], "EC", 5, {}])
def test_what_is_no_key_at_all_is_refused(value):
    with pytest.raises(KeyInvalid, match="type"):
        jwk.read_public(value)
