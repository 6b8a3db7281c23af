"""FP1 passports: short enough for any claims, refused for one reason each, never with another error."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.keys import base45, jwk, passport
from shared.keys.errors import PassportFault, PassportInvalid
from shared.keys.passport import IssuerKey, PassportClaims
from tests.unit.shared.keys.material import NOW, key, point

LONGEST = PassportClaims(
    issuer="a-coworking-space-in-1xy",
    issued_at=NOW,
    expires_at=NOW + timedelta(days=30),
    cti=b"\xff" * 16,
    status_list_number=23,
    status_index=65_535,
    display_name="Å" * 12,
    tier=23,
    holder_key=point(key("holder")),
    audience="another-space-far-away-9",
)
PLAIN = replace(LONGEST, issuer="thecube-london", display_name="Ada Lovelace", audience=None, expires_at=NOW + timedelta(days=7))
PASS = replace(PLAIN, audience="wecreate-nyc")
HOME = IssuerKey("thecube-london", key())
TEXT = passport.issue(PLAIN, key())
PASS_TEXT = passport.issue(PASS, key())


def _read(text, *keys, now=NOW, audience=None):
    return passport.read(text, lambda prefix: keys or [HOME], now, audience=audience)


def _reason(*args, **kwargs):
    with pytest.raises(PassportInvalid) as caught:
        _read(*args, **kwargs)
    return caught.value.reason


def test_a_passport_comes_back_with_its_claims_its_proof_and_its_ref():
    found = _read(TEXT)
    assert found.claims == PLAIN
    assert found.kid == jwk.kid_of(key())
    assert found.proof == hashlib.sha256(base45.decode(TEXT.removeprefix("FP1:"))).hexdigest()
    assert found.ref == hashlib.sha256(PLAIN.cti).hexdigest()


def test_the_key_is_asked_for_by_the_first_eight_bytes_of_its_thumbprint():
    asked = []
    with pytest.raises(PassportInvalid):
        passport.read(TEXT, lambda prefix: asked.append(prefix) or [], NOW, audience=None)
    assert asked == [jwk.kid_prefix(key())]


def test_a_passport_may_be_printed_without_a_holder_key_or_a_name():
    bare = replace(PLAIN, holder_key=None, display_name="")
    assert _read(passport.issue(bare, key())).claims == bare


def test_white_space_that_a_scanner_types_around_it_does_no_harm():
    assert _read(f" {TEXT}\r\n").claims == PLAIN


def test_the_longest_passport_has_three_hundred_characters_and_fits_version_ten_at_level_m():
    text = passport.issue(LONGEST, key())
    code = segno.make(text, error="m", boost_error=False)
    assert len(text) == passport.MAX_CHARACTERS == 300
    assert (code.version, code.error, code.mode) == (10, "M", "alphanumeric")
    assert _read(text, IssuerKey(LONGEST.issuer, key()), audience=LONGEST.audience).claims == LONGEST


def test_a_pass_for_one_host_is_read_there_and_nowhere_else():
    assert _read(PASS_TEXT, audience="wecreate-nyc").claims == PASS
    assert _reason(PASS_TEXT, audience="cowo-milano") is PassportFault.WRONG_AUDIENCE
    assert _reason(PASS_TEXT) is PassportFault.WRONG_AUDIENCE


def test_a_general_passport_is_read_at_every_host():
    assert _read(TEXT, audience="wecreate-nyc").claims.audience is None


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (NOW - timedelta(seconds=61), PassportFault.NOT_YET),
        (NOW - timedelta(seconds=60), None),
        (NOW + timedelta(days=7, seconds=59), None),
        (NOW + timedelta(days=7, seconds=60), PassportFault.EXPIRED),
    ],
)
def test_a_minute_of_leeway_stands_on_both_sides_of_its_time(at, reason):
    if reason is None:
        assert _read(TEXT, now=at).claims == PLAIN
    else:
        assert _reason(TEXT, now=at) is reason


def test_a_passport_of_an_unknown_key_has_an_unknown_issuer():
    with pytest.raises(PassportInvalid) as caught:
        passport.read(TEXT, lambda prefix: (), NOW, audience=None)
    assert caught.value.reason is PassportFault.UNKNOWN_ISSUER


def test_all_keys_under_one_prefix_are_tried():
    assert _read(TEXT, IssuerKey("wecreate-nyc", key("other")), HOME).claims == PLAIN
    assert _reason(TEXT, IssuerKey("thecube-london", key("other"))) is PassportFault.BAD_SIGNATURE


def test_a_space_that_lists_another_s_key_as_its_own_gains_no_passport():
    thief = IssuerKey("wecreate-nyc", key())
    assert _read(TEXT, thief, HOME).claims.issuer == "thecube-london"
    assert _reason(TEXT, thief) is PassportFault.BAD_SIGNATURE


def test_a_passport_of_a_revoked_key_is_refused_whatever_the_date():
    assert _reason(TEXT, replace(HOME, revoked=True)) is PassportFault.KEY_REVOKED
    assert _reason(TEXT, replace(HOME, revoked=True), now=NOW + timedelta(days=900)) is PassportFault.KEY_REVOKED


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "No Slug"},
        {"audience": "No Slug"},
        {"cti": b"short"},
        {"cti": b"x" * 17},
        {"status_list_number": 24},
        {"status_list_number": -1},
        {"status_index": 65_536},
        {"status_index": -1},
        {"tier": 24},
        {"tier": -1},
        {"display_name": "x" * 25},
        {"display_name": "Å" * 13},
        {"display_name": " Ada"},
        {"display_name": "Ada\u202eecalevoL"},
        {"display_name": "Ada\n"},
        {"display_name": "A\u030a"},
        {"holder_key": b""},
        {"holder_key": b"\x02" + b"\xff" * 32},
        {"holder_key": b"\x05" + point(key("holder"))[1:]},
        {"holder_key": point(key("holder")) + b"\x00"},
        {"expires_at": NOW},
        {"expires_at": datetime(2101, 1, 1, tzinfo=UTC)},
        {"issued_at": datetime(2019, 12, 31, tzinfo=UTC)},
    ],
)
def test_claims_that_a_passport_cannot_hold_are_never_made(changed):
    with pytest.raises(PassportInvalid, match="malformed"):
        replace(LONGEST, **changed)


def test_an_uncompressed_holder_key_is_not_taken():
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    long_form = key("holder").public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    with pytest.raises(PassportInvalid):
        replace(PLAIN, holder_key=long_form)


NAMES = st.text(st.characters(categories=("L", "N", "Zs", "P", "S")), max_size=24)
SLUGS = st.from_regex(r"\A[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]\Z")
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@st.composite
def claims(draw):
    try:
        issued_at = draw(INSTANTS).replace(microsecond=0)
        return PassportClaims(
            issuer=draw(SLUGS),
            issued_at=issued_at,
            expires_at=issued_at + timedelta(seconds=draw(st.integers(1, 10**7))),
            cti=draw(st.binary(min_size=16, max_size=16)),
            status_list_number=draw(st.integers(0, 23)),
            status_index=draw(st.integers(0, 65_535)),
            display_name=draw(NAMES),
            tier=draw(st.integers(0, 23)),
            holder_key=draw(st.sampled_from([None, point(key("holder")), point(key("other"))])),
            audience=draw(st.none() | SLUGS),
        )
    except PassportInvalid:
        return PLAIN


@settings(max_examples=150)
@given(claims())
def test_all_claims_come_back_as_they_were_within_three_hundred_characters(given_claims):
    text = passport.issue(given_claims, key())
    assert len(text) <= 300
    assert text == text.strip()
    found = _read(text, IssuerKey(given_claims.issuer, key()), now=given_claims.issued_at, audience=given_claims.audience)
    assert found.claims == given_claims


RAW = base45.decode(PASS_TEXT.removeprefix("FP1:"))


@settings(max_examples=300)
@given(st.integers(0, len(RAW) - 1), st.integers(1, 255))
def test_a_passport_with_any_byte_changed_is_refused(place, change):
    changed = bytearray(RAW)
    changed[place] ^= change
    assert _reason("FP1:" + base45.encode(bytes(changed)), audience="wecreate-nyc") in {
        PassportFault.MALFORMED,
        PassportFault.BAD_SIGNATURE,
    }


@settings(max_examples=200)
@given(st.integers(0, len(PASS_TEXT) - 1), st.characters(codec="utf-8"))
def test_a_passport_with_any_character_changed_is_refused_or_the_same(place, char):
    changed = PASS_TEXT[:place] + char + PASS_TEXT[place + 1 :]
    if changed.strip() != PASS_TEXT:
        assert _reason(changed, audience="wecreate-nyc") in {PassportFault.MALFORMED, PassportFault.BAD_SIGNATURE}


@given(st.binary(max_size=200) | st.binary(max_size=80).map(lambda tail: RAW[:100] + tail))
def test_any_bytes_are_refused_with_the_one_error(raw):
    assert _reason("FP1:" + base45.encode(raw)) in {PassportFault.MALFORMED, PassportFault.BAD_SIGNATURE}


@given(st.text(max_size=400) | st.text(alphabet=base45.ALPHABET, max_size=296).map("FP1:".__add__))
def test_any_text_is_refused_with_the_one_error(text):
    assert _reason(text) is PassportFault.MALFORMED


def test_a_text_over_the_limit_is_refused_unread():
    assert _reason("FP1:" + "0" * 297) is PassportFault.MALFORMED
    assert _reason("FP1:" + "0" * 10**6) is PassportFault.MALFORMED
