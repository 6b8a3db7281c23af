"""Pages are found by their links, and known by their kind."""

import pytest

from bench.pages import kind_of, last_pages_of, links_of, searches_of, slow


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


def test_every_list_is_searched_and_asked_for_its_last_page() -> None:
    bar = '<form class="filter-bar" method="get" role="search" aria-label="Find"{}><input name="{}"></form>'
    page = bar.format("", "q") + bar.format(' action="/spaces"', "q") + bar.format("", "since")
    assert searches_of(page, "/trips?page=3") == ["/trips?q=sample", "/spaces?q=sample"]
    after = '<p>Page 3 of 41</p>\n  <a class="b" rel="next" href="/trips?page=4&amp;others=4">'
    assert last_pages_of(after, "/trips?page=3&others=4") == ["/trips?page=41&others=4"]
    assert last_pages_of("<p>Page 3 of 3</p><span></span>", "/trips") == []


def test_slow_pages_stand_as_such_the_slowest_first() -> None:
    rows = [{"page": name, "p95_ms": took} for name, took in (("a", 201), ("b", 200), ("c", 999))]
    assert [row["page"] for row in slow({"pages": rows})] == ["c", "a"]
