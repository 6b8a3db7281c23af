import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import errors
from shared.errors import Conflict, Refusal
from shared.peer_problems import PROBLEM_BASE, STATUS, read, status_of


class DeskTaken(Conflict):
    slug = "desk-taken-at-a-peer"
    title = "The desk is taken"
    sentence = "The desk is taken until %(until)s."

    def __init__(self, until: str) -> None:
        """A constructor that a peer's parameters would not fit."""
        super().__init__(until=until)


def body(slug: str | None = None, **members: Any) -> bytes:
    kind = {} if slug is None else {"type": PROBLEM_BASE + slug}
    return json.dumps({**kind, **members}).encode()


@pytest.mark.parametrize(("kind", "status"), STATUS.items())
def test_each_kind_has_its_status_both_ways(kind: type[Refusal], status: int) -> None:
    refusal = read(status, {}, body(kind.slug, title=kind.title, status=status, detail=kind.sentence))
    assert type(refusal) is kind
    assert status_of(kind) == status
    assert (refusal.slug, refusal.detail, refusal.explicit_detail) == (kind.slug, kind.sentence, None)


def test_a_known_slug_gives_its_own_class_with_the_peer_s_parameters() -> None:
    refusal = read(409, {}, body("desk-taken-at-a-peer", detail="The desk is taken until Friday.", until="Friday", next=[1, 2]))
    assert type(refusal) is DeskTaken
    assert refusal.params == {"until": "Friday", "next": [1, 2]}
    assert refusal.explicit_detail is None
    assert refusal.detail == "The desk is taken until Friday."


def test_what_the_peer_says_itself_is_kept() -> None:
    refusal = read(409, {}, body("desk-taken-at-a-peer", detail="Come on Monday.", until="Friday"))
    assert refusal.detail == "Come on Monday."


def test_a_sentence_that_the_peer_s_parameters_do_not_fill_is_not_said() -> None:
    assert read(409, {}, body("desk-taken-at-a-peer", detail="Come on Monday.")).detail == "Come on Monday."
    assert read(409, {}, body("desk-taken-at-a-peer")).detail == Conflict.sentence


def test_an_unknown_slug_is_kept_on_the_kind_of_its_status() -> None:
    refusal = read(409, {}, body("never-heard-of", detail="No."))
    assert type(refusal) is Conflict
    assert (refusal.slug, refusal.detail) == ("never-heard-of", "No.")


def test_a_slug_of_another_status_does_not_change_the_kind() -> None:
    refusal = read(404, {}, body("desk-taken-at-a-peer"))
    assert type(refusal) is errors.NotFound
    assert refusal.slug == "desk-taken-at-a-peer"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (300, errors.Unavailable),
        (302, errors.Unavailable),
        (405, errors.Malformed),
        (408, errors.Unavailable),
        (413, errors.Malformed),
        (418, errors.Malformed),
        (425, errors.Unavailable),
        (500, errors.Unavailable),
        (502, errors.Unavailable),
        (599, errors.Unavailable),
    ],
)
def test_other_statuses_are_judged_by_whether_trying_again_helps(status: int, kind: type[Refusal]) -> None:
    assert type(read(status, {}, b"<html>")) is kind


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"<html>", b"[]", b'"x"', b"\xff", b'{"type":1,"type":2}', b"{" * 99),
        *(body("Not A Slug"), b'{"type":"about:blank"}', b'{"type":7}'),
    ],
)
def test_what_cannot_be_read_is_judged_by_its_status(raw: bytes) -> None:
    refusal = read(409, {}, raw)
    assert (type(refusal), refusal.slug, refusal.detail) == (Conflict, "conflict", Conflict.sentence)


def test_a_peer_s_text_is_neutral_when_it_is_shown() -> None:
    faults = [{"pointer": "/a\u202e", "detail": "No\x00pe"}, {"pointer": 1, "detail": "x"}, {"detail": "x"}, "x"]
    refusal = read(422, {}, body("x-y", detail="Look\u202e\nhere " + "!" * 900, errors=faults, name="A\x1b[31m"))
    assert refusal.detail.startswith("Look here !!!")
    assert len(refusal.detail) == 500
    assert refusal.errors == [{"pointer": "/a", "detail": "No pe"}]
    assert refusal.params == {"name": "A [31m"}
    assert read(422, {}, body("x-y", errors={"a": "b"}, detail=7)).errors == []


def test_a_peer_cannot_set_what_its_status_line_and_headers_say() -> None:
    refusal = read(409, {}, body("x-y", retry_after_seconds="soon", status=200, instance="urn:x", self="me", detail="d"))
    assert refusal.params == {"self": "me"}
    assert refusal.retry_after_seconds is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7),
        ({"retry-after": " 0 "}, 0),
        ({"Retry-After": "999999"}, 86_400),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "1e3"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "Sun, 29 Mar 2026 09:01:00 GMT", "Date": "Sun, 29 Mar 2026 09:00:00 GMT"}, 60),
        ({"Retry-After": "Sun, 29 Mar 2026 08:00:00 GMT", "Date": "Sun, 29 Mar 2026 09:00:00 GMT"}, 0),
        ({"Retry-After": "Sun, 29 Mar 2099 08:00:00 GMT", "Date": "Sun, 29 Mar 2026 09:00:00 GMT"}, 86_400),
        ({"Retry-After": "Sun, 29 Mar 2026 09:01:00 GMT"}, None),
        ({"Retry-After": "Sun, 29 Mar 2026 09:01:00 GMT", "Date": "Sun, 29 Mar 2026 09:00:00 -0000"}, None),
    ],
)
def test_when_to_come_back_is_told_by_the_header(headers: dict[str, str], seconds: int | None) -> None:
    assert read(503, headers, b"").retry_after_seconds == seconds


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda below: st.lists(below) | st.dictionaries(st.text(), below),
    max_leaves=8,
)
MEMBERS = st.dictionaries(st.sampled_from(["type", "title", "detail", "errors", "until", "self", "instance"]) | st.text(), JSON)


@given(st.integers(300, 599), MEMBERS, st.sampled_from(["", "desk-taken-at-a-peer", "conflict", "gone", "x"]))
def test_no_answer_of_a_peer_breaks_the_reader(status: int, members: dict[str, Any], slug: str) -> None:
    refusal = read(status, {}, json.dumps({**members, **({"type": PROBLEM_BASE + slug} if slug else {})}).encode())
    assert status_of(type(refusal)) in STATUS.values()
    assert refusal.detail


@given(st.integers(300, 599), st.binary())
def test_no_bytes_of_a_peer_break_the_reader(status: int, raw: bytes) -> None:
    assert read(status, {}, raw).slug
