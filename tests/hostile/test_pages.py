"""No value in any field of any page is answered by a fault of ours, and whoever is refused is told where to look."""

import os
from collections import Counter
from collections.abc import Iterator

import pytest

from demo.browser import Page
from tests.support.hostile_pages import WRONG, Attempt, Visitor, attempts
from tests.support.sample_day import play
from tests.support.sample_network import SampleNetwork, sample_network
from tests.support.sights import SIGHTS
from tests.support.visiting import Sight

# How many of the wrong values each field meets; they take turns, so that each meets many fields. All of them: `make hostile`.
EACH = int(os.environ.get("TWINDESK_HOSTILE", "1"))
REFUSED = range(400, 500)
UNPROCESSABLE = 422


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleNetwork]:
    """A network of its own: what is sent may change anything in it."""
    folder = tmp_path_factory.mktemp("network")
    with sample_network(folder) as found:
        play(found, folder)
        yield found


@pytest.fixture(scope="module")
def visitors(made: SampleNetwork) -> dict[tuple[str, str], Visitor]:
    return {(sight.site, sight.who): Visitor(made, sight.site, sight.who) for sight in SIGHTS}


@pytest.fixture(scope="module")
def pages(made: SampleNetwork, visitors: dict[tuple[str, str], Visitor]) -> dict[Sight, Page]:
    """Every page on which nothing has to be done first."""
    plain = [sight for sight in SIGHTS if sight.deed is None and sight.status == 200]
    return {sight: visitors[sight.site, sight.who].get(sight.path.format(**made.marks)) for sight in plain}


def is_explained(page: Page, name: str) -> bool:
    """A wrong value is told of at its form, or on a page of its own that names the field; all else has a page with a heading."""
    told = ('role="alert"', 'aria-invalid="true"', f'<li><code lang="en">{name}') if page.status == UNPROCESSABLE else ("<h1",)
    return any(one in page.html for one in told)


def fault_of(attempt: Attempt, page: Page) -> str | None:
    if page.status >= 500:
        return "a fault of ours"
    if page.status in REFUSED and not is_explained(page, attempt.name):
        return "a refusal without a word"
    return None


def test_no_value_in_any_field_breaks_a_page(visitors: dict[tuple[str, str], Visitor], pages: dict[Sight, Page]) -> None:
    todo = list(attempts(pages, each=EACH))
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
    assert {attempt.wrong for attempt in todo} == set(WRONG)
    assert statuses[4] > len(todo) / 4


def test_the_pages_are_still_there_for_everybody(
    made: SampleNetwork, visitors: dict[tuple[str, str], Visitor], pages: dict[Sight, Page]
) -> None:
    seen = {sight.name: visitors[sight.site, sight.who].get(sight.path.format(**made.marks)).status for sight in pages}
    assert {name: status for name, status in seen.items() if status >= 500} == {}
    assert Counter(seen.values())[200] > len(seen) * 0.8
