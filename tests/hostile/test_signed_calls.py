"""At every call of a space no token but a good one is believed, no key of a repetition breaks it, and the good one goes on."""

import os
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

import pytest
from werkzeug.test import TestResponse

from shared.access import audience_of
from shared.ids import new_id
from tests.support.databases import dispose_engines, fresh_database
from tests.support.endpoints import Endpoint, endpoints
from tests.support.forged_tokens import forged_tokens
from tests.support.wire_space import WireHub, WireSpace, slug_of

EACH = int(os.environ.get("TWINDESK_HOSTILE", "1"))
NO_KEYS = ["", " ", "a" * 101, "a b", "é", "a\x7fb", "a,b" * 40, "\xff\xfe", "x" * 7000]


@pytest.fixture(scope="module")
def nyc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WireSpace]:
    """A space in good standing, of a hub of its own: what is sent may change anything there."""
    folder = tmp_path_factory.mktemp("hub")
    hub = WireHub(fresh_database("federation", "sqlite", folder, keep=True), folder)
    yield hub.join("wecreate-nyc")
    hub.close()
    dispose_engines()


@pytest.fixture(scope="module")
def calls(nyc: WireSpace) -> list[Endpoint]:
    found = list(endpoints(nyc.hub.app, {"space"}))
    assert len(found) > 40
    return found


def call(hub: WireHub, where: Endpoint, authorization: str, **headers: str) -> TestResponse:
    """A call as a space makes it, but with other words about who it is."""
    sent = {"Authorization": authorization, "Idempotency-Key": new_id(), **headers}
    latin = {name: value.encode().decode("latin-1") for name, value in sent.items()}
    body: dict[str, Any] = {} if where.method == "GET" else {"data": b"{}", "content_type": "application/json"}
    return hub.client.open(where.path, method=where.method, headers=latin, **body)


def outcome(answer: TestResponse) -> tuple[int, str]:
    return slug_of(answer) if answer.content_type == "application/problem+json" else (answer.status_code, "")


def test_no_token_but_a_good_one_is_believed_anywhere(nyc: WireSpace, calls: list[Endpoint]) -> None:
    forged, good = forged_tokens(nyc.hub, nyc), f"Bearer {nyc.new_token()}"
    turns, wrong, tried = cycle(forged), [], set()
    for where in calls:
        usual = outcome(call(nyc.hub, where, good))
        assert usual[0] < 500, where
        assert usual[0] != 401, where
        for kind in islice(turns, min(EACH, len(forged))):
            tried.add(kind)
            answer, after = call(nyc.hub, where, f"Bearer {forged[kind]}"), outcome(call(nyc.hub, where, good))
            if answer.status_code != 401 or not answer.headers["WWW-Authenticate"].startswith("Bearer") or after != usual:
                wrong.append((kind, where, outcome(answer), usual, after))
    assert wrong == []
    assert tried == set(forged)


def test_no_word_about_who_asks_opens_or_breaks_what_is_for_others(nyc: WireSpace) -> None:
    hub, turns, wrong = nyc.hub, cycle([*forged_tokens(nyc.hub, nyc).values(), nyc.new_token()]), []
    for where in endpoints(hub.app):
        if audience_of(hub.app, where.name) != "space":
            usual = outcome(call(hub, where, ""))
            found = [outcome(call(hub, where, f"Bearer {token}")) for token in islice(turns, min(EACH, 40))]
            if usual[0] >= 500 or any(one != usual for one in found):
                wrong.append((where, usual, found))
    assert wrong == []


def test_a_key_that_is_none_is_refused_and_one_that_is_used_again_is_for_the_same_alone(
    nyc: WireSpace, calls: list[Endpoint]
) -> None:
    good, keys = f"Bearer {nyc.new_token()}", cycle(NO_KEYS)
    posts = [where for where in calls if where.method == "POST"]
    assert len(posts) > 15
    for where in posts:
        usual = outcome(call(nyc.hub, where, good))
        for key in islice(keys, min(EACH, len(NO_KEYS))):
            answer = call(nyc.hub, where, good, **{"Idempotency-Key": key})
            assert 400 <= answer.status_code < 500, (where, key)
            assert outcome(call(nyc.hub, where, good)) == usual, (where, key)
