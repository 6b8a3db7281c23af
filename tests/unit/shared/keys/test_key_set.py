"""A key set is believed for its root's signature, and for nothing that its bearer says."""

from datetime import datetime, timedelta

import pytest

from shared.keys import jwk, jws
from shared.keys.errors import KeyMissing, KeySetInvalid
from shared.keys.key_set import MAX_KEYS, build_key_set, read_key_set
from shared.keys.published import instant_text, read_instant
from shared.keys.ring import KeyRing
from tests.unit.shared.keys.material import NOW, key

DAY = timedelta(days=1)
ENTRY = {
    "kid": jwk.kid_of(key("passport")),
    "use": "passport",
    "jwk": jwk.public_jwk(key("passport")),
    "not_before": "2026-11-12T09:00:00Z",
    "listed_until": None,
    "revoked_at": None,
}
PAYLOAD = {
    "iss": "thecube-london",
    "rev": 1,
    "issued_at": "2026-11-12T09:00:00Z",
    "root": jwk.public_jwk(key("root")),
    "keys": [ENTRY],
}


@pytest.fixture
def ring(tmp_path):
    ring = KeyRing(tmp_path)
    for use in ("root", "client", "passport", "encryption", "signing"):
        ring.ensure(use, NOW)
    return ring


def _signed(signer="root", **changed):
    return jws.sign(PAYLOAD | changed, key=key(signer), typ="key-set+jwt")


def test_a_ring_publishes_its_operational_keys_under_its_root(ring):
    document = read_key_set(build_key_set(ring, "thecube-london", 3, NOW), slug="thecube-london")
    assert (document.slug, document.rev, document.issued_at) == ("thecube-london", 3, NOW)
    assert document.root_thumbprint == ring.active("root", NOW).kid
    assert [found.use for found in document.keys] == ["client", "passport", "encryption", "signing"]
    assert {found.kid for found in document.keys} == {ring.active(found.use, NOW).kid for found in document.keys}


def test_nothing_private_is_published(ring):
    payload = jws.read_unverified(build_key_set(ring, "thecube-london", 1, NOW), typ="key-set+jwt")
    assert all(set(shown) == {"crv", "kty", "x", "y"} for shown in [payload["root"], *(each["jwk"] for each in payload["keys"])])


def test_a_set_holds_the_successor_during_its_notice_and_the_old_key_until_its_listing_ends(ring):
    old = ring.active("passport", NOW).kid
    new = ring.rotate("passport", NOW).kid

    def listed(at):
        document = read_key_set(build_key_set(ring, "thecube-london", 2, at))
        return {found.kid: found for found in document.keys if found.use == "passport"}

    assert set(listed(NOW)) == {old, new}
    assert listed(NOW)[new].not_before == NOW + 8 * DAY
    assert set(listed(NOW + 39 * DAY)) == {old, new}
    assert set(listed(NOW + 40 * DAY)) == {new}


def test_a_revoked_key_is_published_as_revoked(ring):
    lost = ring.active("passport", NOW).kid
    ring.revoke("passport", lost, NOW)
    document = read_key_set(build_key_set(ring, "thecube-london", 2, NOW))
    assert {found.revoked_at for found in document.keys if found.kid == lost} == {NOW}


def test_a_ring_without_a_root_publishes_nothing(tmp_path):
    with pytest.raises(KeyMissing):
        build_key_set(KeyRing(tmp_path), "thecube-london", 1, NOW)


def test_more_keys_than_a_set_may_hold_are_not_published(ring):
    for hours in range(MAX_KEYS):
        ring.create("client", NOW + timedelta(hours=hours))
    with pytest.raises(KeySetInvalid, match="too-large"):
        build_key_set(ring, "thecube-london", 2, NOW + DAY)


def test_a_pinned_root_is_the_only_one_believed():
    assert read_key_set(_signed(), pinned_root=jwk.kid_of(key("root"))).rev == 1
    with pytest.raises(KeySetInvalid, match="other-root"):
        read_key_set(_signed(), pinned_root=jwk.kid_of(key("old root")))


def test_a_set_of_another_space_is_refused():
    with pytest.raises(KeySetInvalid, match="other-space"):
        read_key_set(_signed(), slug="wecreate-nyc")


def test_a_set_that_another_key_signed_is_refused():
    with pytest.raises(KeySetInvalid, match="signature-unknown-key"):
        read_key_set(_signed(signer="evil"))


def test_text_that_is_no_set_is_refused():
    for text in ("", "a.b.c", jws.sign(PAYLOAD, key=key("root"), typ="key-list+jwt"), _signed(padding="x" * 20_000)):
        with pytest.raises(KeySetInvalid, match="signature-"):
            read_key_set(text)


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": None},
        {"iss": "Not A Slug"},
        {"iss": 5},
        {"rev": 0},
        {"rev": True},
        {"rev": "1"},
        {"rev": None},
        {"issued_at": None},
        {"issued_at": "2026-11-12"},
        {"issued_at": "2019-11-12T09:00:00Z"},
        {"issued_at": "2026-13-12T09:00:00Z"},
        {"root": None},
        {"root": jwk.public_jwk(key("root")) | {"d": "AAAA"}},
        {"keys": None},
        {"keys": [None]},
        {"keys": [ENTRY, ENTRY]},
        {"keys": [ENTRY] * (MAX_KEYS + 1)},
        {"keys": [ENTRY | {"kid": "other"}]},
        {"keys": [ENTRY | {"kid": None}]},
        {"keys": [ENTRY | {"use": "../x"}]},
        {"keys": [ENTRY | {"use": None}]},
        {"keys": [ENTRY | {"jwk": None}]},
        {"keys": [ENTRY | {"jwk": ENTRY["jwk"] | {"d": "AAAA"}}]},
        {"keys": [ENTRY | {"not_before": None}]},
        {"keys": [ENTRY | {"listed_until": "soon"}]},
        {"keys": [ENTRY | {"revoked_at": 5}]},
        {"keys": [ENTRY | {"kid": jwk.kid_of(key("root")), "jwk": jwk.public_jwk(key("root"))}]},
    ],
)
def test_a_set_that_contradicts_itself_is_refused(changed):
    with pytest.raises(KeySetInvalid, match="malformed"):
        read_key_set(_signed(**changed))


def test_members_of_later_versions_are_ignored():
    assert read_key_set(_signed(later=True, keys=[ENTRY | {"later": 1}])).keys[0].kid == ENTRY["kid"]


def test_instants_are_in_utc_to_the_second():
    assert instant_text(NOW + timedelta(microseconds=5)) == "2026-11-12T09:00:00Z"
    assert read_instant("2026-11-12T09:00:00Z") == NOW
    with pytest.raises(ValueError, match="aware"):
        instant_text(datetime(2026, 11, 12, 9, 0))  # noqa: DTZ001 - that it is naive is the point
