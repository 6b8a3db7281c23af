"""No value in any field of any page is answered by a fault of ours, and whoever is refused is told where to look."""

import os
from collections import Counter
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest

from demo.browser import Page
from tests.support.hostile_pages import WRONG, Attempt, Visitor, attempts, is_explained, shape
from tests.support.sample_network import HUB, SampleNetwork
from tests.support.visiting import Sight

# How many of the wrong values each field meets; they take turns, so that each meets many fields. All of them: `make hostile`.
EACH = int(os.environ.get("TWINDESK_HOSTILE", "1"))
# No test may take longer than ten minutes: the long form comes in so many.
PARTS = min(EACH, 40)
REFUSED = range(400, 500)


def fault_of(attempt: Attempt, page: Page) -> str | None:
    if page.status >= 500:
        return "a fault of ours"
    if page.status in REFUSED and not is_explained(page, attempt.name):
        return "a refusal without a word"
    return None


def about(sight: Sight, address: str) -> tuple[object, ...]:
    """What kind of address it is: what differs from one thing to the next does not count."""
    return sight.site == HUB, shape(urlsplit(address).path), *sorted(parse_qs(urlsplit(address).query))


def test_every_link_on_a_page_leads_somewhere(visitors: dict[tuple[str, str], Visitor], pages: dict[Sight, Page]) -> None:
    lost, tried, seen = [], 0, {about(sight, page.url) for sight, page in pages.items()}
    for sight, page in pages.items():
        for address in (urljoin(page.url, link) for link in page.links):
            if urlsplit(address).netloc == urlsplit(page.url).netloc and about(sight, address) not in seen:
                seen.add(about(sight, address))
                status, tried = visitors[sight.site, sight.who].get(address).status, tried + 1
                lost += [(status, page.url, address)] if status >= 400 else []
    assert lost == []
    assert tried > 20


@pytest.mark.parametrize("part", range(PARTS))
def test_no_value_in_any_field_breaks_a_page(
    visitors: dict[tuple[str, str], Visitor], pages: dict[Sight, Page], part: int
) -> None:
    everything = list(attempts(pages, each=EACH))
    todo = everything[part::PARTS]
    found, statuses = [], Counter[int]()
    for attempt in todo:
        page = visitors[attempt.site, attempt.who].attempt(attempt)
        statuses[page.status // 100] += 1
        if fault := fault_of(attempt, page):
            found.append(
                (fault, page.status, attempt.site, attempt.who, attempt.method, attempt.action, attempt.name, attempt.wrong)
            )
    assert found == []
    # Each kind was tried, most were refused or shown again, and nobody was signed out on the way.
    assert {attempt.wrong for attempt in everything} == set(WRONG)
    assert statuses[4] > len(todo) / 4


def test_the_pages_are_still_there_for_everybody(
    made: SampleNetwork, visitors: dict[tuple[str, str], Visitor], pages: dict[Sight, Page]
) -> None:
    # In a turn, a third of them; in the long form all.
    looked_at = list(pages)[:: 3 if EACH == 1 else 1]
    seen = {sight.name: visitors[sight.site, sight.who].get(sight.path.format(**made.marks)).status for sight in looked_at}
    assert {name: status for name, status in seen.items() if status >= 500} == {}
    assert Counter(seen.values())[200] > len(seen) * 0.8
