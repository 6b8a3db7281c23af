import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Malformed
from shared.ids import derived_id, new_id, parse_id, parse_slug, secret_token, sha256_hex

AT = datetime(2026, 3, 29, 9, tzinfo=UTC)


def test_an_id_is_a_uuid_of_version_7_with_its_time_in_front() -> None:
    minted = UUID(new_id(AT))
    assert (minted.version, minted.variant) == (7, "specified in RFC 4122")
    assert minted.int >> 80 == int(AT.timestamp() * 1000)


def test_an_id_without_a_given_time_carries_the_present_one() -> None:
    before = int(datetime.now(UTC).timestamp() * 1000)
    stamped = UUID(new_id()).int >> 80
    assert before <= stamped <= int(datetime.now(UTC).timestamp() * 1000)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2100, 12, 31)), st.integers(1, 10**9))  # noqa: DTZ001
def test_ids_sort_as_their_times_do(naive: datetime, milliseconds: int) -> None:
    at = naive.replace(tzinfo=UTC)
    assert new_id(at) < new_id(at + timedelta(milliseconds=milliseconds))


def test_ids_of_one_millisecond_sort_as_they_were_made() -> None:
    minted = [new_id(AT) for _ in range(5000)]
    assert minted == sorted(set(minted))


def test_ids_made_by_many_threads_at_once_differ() -> None:
    with ThreadPoolExecutor(8) as threads:
        minted = list(threads.map(lambda _: new_id(AT), range(2000)))
    assert len(set(minted)) == 2000


def test_the_zone_of_a_time_does_not_matter_but_its_lack_does() -> None:
    assert UUID(new_id(AT.astimezone(timezone(timedelta(hours=5))))).int >> 80 == UUID(new_id(AT)).int >> 80
    with pytest.raises(ValueError, match="aware"):
        new_id(AT.replace(tzinfo=None))


def test_an_id_reads_back_as_itself() -> None:
    minted = new_id()
    assert parse_id(minted) == minted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "01a200e6-f020-716b-ae08-1796288dcea5\n",
        "01A200E6-F020-716B-AE08-1796288DCEA5",
        "01a200e6f020716bae081796288dcea5",
        "{01a200e6-f020-716b-ae08-1796288dcea5}",
        "01a200e6-f020-416b-ae08-1796288dcea5",
        "01a200e6-f020-716b-ce08-1796288dcea5",
        "../01a200e6-f020-716b-ae08-1796288dcea",
        "٠1a200e6-f020-716b-ae08-1796288dcea5",
        "0" * 10_000,
    ],
)
def test_what_is_no_canonical_uuid_7_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        parse_id(text)


@pytest.mark.parametrize("text", ["abc", "the-cube", "wecreate-nyc", "a1b", "a" * 24])
def test_the_short_name_of_a_space_is_taken(text: str) -> None:
    assert parse_slug(text) == text


@pytest.mark.parametrize("text", ["", "ab", "a" * 25, "Abc", "1bc", "-abc", "abc-", "a--b", "a_b", "a b", "città", "abc\n"])
def test_another_short_name_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        parse_slug(text)


def test_a_text_under_an_id_has_one_id_of_its_own() -> None:
    origin, other = new_id(AT), new_id(AT)
    found = derived_id(origin, "Soup")
    assert parse_id(found) == found == derived_id(origin, "Soup")
    assert UUID(found).int >> 80 == UUID(origin).int >> 80
    assert len({origin, found, derived_id(origin, "Bread"), derived_id(other, "Soup")}) == 4


def test_a_digest_is_that_of_the_bytes() -> None:
    assert sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_secret_tokens_fit_urls_and_never_repeat() -> None:
    tokens = {secret_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in tokens)
    assert len(secret_token(16)) == 22
