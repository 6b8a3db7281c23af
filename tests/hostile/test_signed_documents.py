"""A document in a body is taken from who signed it, for what it is; else it is refused at its field, and nothing has changed."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import cycle, islice
from typing import Any

import pytest
from werkzeug.test import TestResponse

from shared.protocol.registry import example
from tests.support.corpus import VALUES, changed, places, pointer, value_at
from tests.support.databases import dispose_engines, fresh_database
from tests.support.endpoints import bodies
from tests.support.forged_documents import forgeries
from tests.support.signed_documents import DOCUMENTS, Document, Stage, keys_of_others
from tests.support.wire_space import ISSUER, WireHub, body, good

EACH = int(os.environ.get("TWINDESK_HOSTILE", "1"))
# How many of what is forged each call meets; they take turns. All of them: `make hostile`.
FORGED_EACH = 5 * EACH
# Those that are taken have to be made anew, so the long form has a bound too: each place meets so many of the values.
VALUES_EACH = min(EACH, 30)
TAKEN, TOO_LARGE = "taken", 413
# Members of payloads that say who somebody is: nobody speaks for anybody else.
WHO = {"iss", "sub", "hub", "proposer", "spaces", "home", "host"}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A hub of its own: what is sent may change anything there."""
    folder = tmp_path_factory.mktemp("hub")
    hub = WireHub(fresh_database("federation", "sqlite", folder, keep=True), folder)
    yield Stage(hub)
    hub.close()
    dispose_engines()


def fault_of(document: Document, at: str, text: str) -> str | None:
    """What is wrong with how the hub answers a document that is not the good one; TAKEN if it takes it."""
    answer = document.send(text)
    if answer.status_code >= 500:
        return f"a fault of ours: {answer.text}"
    if answer.status_code < 400:
        return TAKEN
    return None if is_named(answer, at) else f"refused without a word about {at}: {answer.text}"


def is_named(answer: TestResponse, at: str) -> bool:
    """Whether the field is told, or one about it; of an application in another's name, it may be the invite."""
    named = [fault["pointer"] for fault in body(answer).get("errors", [])]
    is_near = any(f"{one}/".startswith(f"{at}/") or at.startswith(f"{one}/") or one == "/invite" for one in named)
    return answer.status_code == TOO_LARGE or is_near


@contextmanager
def untouched(document: Document) -> Iterator[None]:
    """What the hub answers its signer who asks for themselves stays as it is, and the good document is taken after all."""
    joined = bool(document.signer.token)
    before = joined and good(document.signer.call("GET", "/self"))
    yield
    assert (joined and good(document.signer.call("GET", "/self"))) == before
    good(document.send(document.good))


def looks_signed(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("eyJ") and value.count(".") == 2


def signed_places(name: str) -> list[str]:
    whole = dict(example(name))
    return [pointer(at) for at in places(whole) if looks_signed(value_at(whole, at))]


def test_every_signed_document_that_a_call_carries_is_in_the_table(stage: Stage) -> None:
    found = {(call, at) for call, name in bodies(stage.hub.app).items() for at in signed_places(name)}
    found |= {("oauth.post_application", f"/application{at}") for at in signed_places("application-payload")}
    assert found == DOCUMENTS.keys()


def test_a_forged_document_is_refused_at_its_field(stage: Stage) -> None:
    stranger = stage.hub.space("nobody-anywhere").ring.active("signing", stage.hub.clock.now())
    made = {where: make(stage) for where, make in DOCUMENTS.items()}
    wrong, turn = [], 0
    for (call, at), document in made.items():
        forged = {**forgeries(document.good, key=document.key, stranger=stranger), **misused(document, stage, made)}
        with untouched(document):
            for name in islice(cycle(forged), turn, turn + min(FORGED_EACH, len(forged))):
                if fault := fault_of(document, at, forged[name]):
                    wrong.append((call, at, name, fault))
        turn += FORGED_EACH
    assert wrong == []


def misused(document: Document, stage: Stage, made: Mapping[tuple[str, str], Document]) -> dict[str, str]:
    """The same under keys that are for something else, and good documents that are for something else."""
    other = stage.home if document.signer is stage.host else stage.host
    found = {}
    for name, key in keys_of_others(document, other).items():
        found[f"{name}, under its name"] = document.saying(document.payload, by=key, kid=key.thumbprint())
        found[f"{name}, under the right name"] = document.saying(document.payload, by=key)
    kind = document.payload.keys()
    return found | {f"the document of {call}": one.good for (call, _), one in made.items() if one.payload.keys() != kind}


def test_who_signs_for_somebody_else_is_refused_however_good_the_signature(stage: Stage) -> None:
    wrong = []
    for (call, at), make in DOCUMENTS.items():
        document = make(stage)
        with untouched(document):
            for place in (place for place in places(document.payload) if WHO & set(place)):
                said = value_at(document.payload, place)
                for name in (stage.host.slug, stage.third.slug, stage.home.slug, "nowhere-at-all", ISSUER):
                    text = document.saying(changed(document.payload, place, name))
                    if name != said and (fault := fault_of(document, at, text)):
                        wrong.append((call, place, name, fault))
    assert wrong == []


@pytest.mark.parametrize(("call", "at"), DOCUMENTS)
def test_no_value_in_a_signed_payload_is_a_fault_of_ours(stage: Stage, call: str, at: str) -> None:
    make, first = DOCUMENTS[call, at], list(DOCUMENTS).index((call, at)) * len(VALUES) // len(DOCUMENTS)
    wrong, values, document = [], islice(cycle(VALUES), first, None), make(stage)
    for place in places(document.payload):
        for name in islice(values, VALUES_EACH):
            fault = fault_of(document, at, document.saying(changed(document.payload, place, VALUES[name])))
            if fault == TAKEN:
                document = make(stage)
            elif fault:
                wrong.append((place, name, fault))
    good(document.send(document.good))
    assert wrong == []
