"""Pages and items as they came over the wire, checked before anything believes them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Invalid
from shared.http import Answer, PeerMisbehaved
from shared.ids import new_id
from shared.messaging.news import instant_of, key_of, labels_of, read_item, read_page
from shared.protocol.registry import example

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["id", "type", "subject", "rev", "x"]), inner),
)


def item(**changed: Any) -> Any:
    return example("feed-page")["items"][0] | changed


def test_a_good_item_is_read() -> None:
    news = read_item(item())
    assert (news.type, news.rev) == ("booking.updated", 1)
    assert news.time.tzinfo is not None


@pytest.mark.parametrize("changed", [{"rev": 0}, {"rev": "1"}, {"time": "soon"}, {"data": []}, {"id": 7}, {"type": ""}])
def test_a_bad_envelope_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        read_item(item(**changed))


@given(what=ANYTHING)
def test_whatever_an_item_is_it_has_a_key_and_labels_that_fit(what: Any) -> None:
    key, labels = key_of(what), labels_of(what)
    assert 0 < len(key) <= 64
    assert len(labels["type"]) <= 60
    assert len(labels["subject"]) <= 120
    assert type(labels["rev"]) is int
    assert key_of(what) == key


def test_an_items_key_is_its_id() -> None:
    minted = new_id()
    assert key_of({"id": minted}) == minted
    assert key_of({"id": minted.upper()}) != key_of({"id": minted})


def test_a_page_says_of_which_epoch_it_is() -> None:
    page = example("feed-page")
    assert read_page(Answer(200, {}, json.dumps(page).encode())).epoch == "1"
    for items in ([], [None], [{"epoch": 1}]):
        assert read_page(Answer(200, {}, json.dumps(page | {"items": items}).encode())).epoch == ""


@pytest.mark.parametrize("changed", [{"cursor": "x" * 201}, {"cursor": 7}, {"more": 1}, {"items": None}])
def test_what_is_no_page_is_refused(changed: dict[str, Any]) -> None:
    body = json.dumps(example("feed-page") | changed).encode()
    with pytest.raises(PeerMisbehaved):
        read_page(Answer(200, {}, body))


@pytest.mark.parametrize("text", [None, 7, "soon", "0001-01-01T00:00:00+23:00"])
def test_what_names_no_instant_is_none(text: Any) -> None:
    assert instant_of(text) is None


def test_an_instant_comes_back_in_utc() -> None:
    assert str(instant_of("2026-03-03T12:00:00+02:00")) == "2026-03-03 10:00:00+00:00"
