"""Pages are found by their links, and known by their kind."""

import pytest

from bench.pages import kind_of, links_of, slow


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/trips/019cb2b6-0800-7296-bf02-6395552aa586", "/trips/{id}"),
        ("/partners/esempio-reggio-emilia", "/partners/{slug}"),
        ("/spaces?q=x&page=2", "/spaces?page&q"),
        ("/", "/"),
    ],
)
def test_pages_that_differ_in_whom_they_show_are_one_kind(path: str, kind: str) -> None:
    assert kind_of(path) == kind


def test_only_pages_are_followed_and_each_once() -> None:
    twice = '<a href="/trips?page=2&amp;q=x">2</a>' * 2
    others = '<a class="a" href="/happening.ics"><a href="/?lang=it"><a href="https://elsewhere.example/">'
    assert links_of(twice + others) == ["/trips?page=2&q=x"]


def test_slow_pages_stand_as_such_the_slowest_first() -> None:
    rows = [{"page": name, "p95_ms": took} for name, took in (("a", 201), ("b", 200), ("c", 999))]
    assert [row["page"] for row in slow({"pages": rows})] == ["c", "a"]
