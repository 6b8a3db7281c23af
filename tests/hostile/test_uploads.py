"""Whatever file is chosen where one can be: it is read or refused with a word about it, soon; a good one still goes through."""

import os
import re
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

import pytest

from demo.browser import Form, Page
from tests.support.calendars import event, file
from tests.support.hostile_files import FILE_NAMES, HEAD, HUGE, ROW, SMALL
from tests.support.hostile_pages import Visitor, is_explained
from tests.support.visiting import Sight

# So many of the huge ones and of the others come to each place; they take turns. All of them: `make hostile`.
EACH = int(os.environ.get("TWINDESK_HOSTILE", "1"))
SMALL_EACH = 10 * EACH
SECONDS = 10
FILE_INPUT = re.compile(r'<input type="file"[^>]* name="([^"]+)"')
LINE_FAULTS = 'class="row-errors-line"'
GOOD = (HEAD + ROW, file(event("UID:good")))
TEMPLATES = Path(__file__).resolve().parents[2] / "space_node"


class Place(NamedTuple):
    """Where somebody can choose a file."""

    visitor: Visitor
    form: Form
    name: str


@pytest.fixture(scope="module")
def file_places(visitors: dict[tuple[str, str], Visitor], pages: dict[Sight, Page]) -> list[Place]:
    return [
        Place(visitors[sight.site, sight.who], form, name)
        for sight, page in pages.items()
        for name in FILE_INPUT.findall(page.html)
        for form in page.forms
        if name in form.fields
    ]


def test_every_place_for_a_file_is_known(file_places: list[Place]) -> None:
    offered = [path for path in TEMPLATES.rglob("*.html") if "file_field(" in path.read_text()]
    assert len(file_places) == len(offered) > 1


def test_no_file_breaks_what_it_is_given_to(file_places: list[Place]) -> None:
    wrong, small, huge = [], cycle(SMALL.items()), cycle(HUGE.items())
    for place in file_places:
        chosen = [*islice(small, min(SMALL_EACH, len(SMALL)))]
        chosen += [(name, make()) for name, make in islice(huge, min(EACH, len(HUGE)))]
        for name, content in chosen:
            if fault := fault_of(place, "x.csv", content):
                wrong.append((place.form.action, name, fault))
        for file_name in FILE_NAMES[:EACH]:
            if fault := fault_of(place, file_name, GOOD[0]):
                wrong.append((place.form.action, file_name, fault))
    assert wrong == []


def fault_of(place: Place, file_name: str, content: bytes) -> str | None:
    began = time.monotonic()
    faults = [fault for page in steps(place, file_name, content) if (fault := fault_on(page, place.name))]
    if time.monotonic() - began > SECONDS:
        faults.append("keeps somebody waiting")
    return ", ".join(faults) or None


def steps(place: Place, file_name: str, content: bytes) -> Iterator[Page]:
    """What is shown of a file, and what it comes to."""
    page = place.visitor.upload(place.form, place.name, file_name, content)
    yield page
    for form in page.forms if page.status == 200 else ():
        if form.method == "post" and form.action == page.url.partition("?")[0]:
            yield place.visitor.send(form, step="import")


def fault_on(page: Page, name: str) -> str | None:
    if page.status >= 500:
        return "a fault of ours"
    if page.status >= 400 and not is_explained(page, name) and LINE_FAULTS not in page.html:
        return "a refusal without a word"
    return "something of it runs" if "<script>alert(1)" in page.html else None


def test_a_good_file_still_goes_through(file_places: list[Place]) -> None:
    for place in file_places:
        ends = [[page.status for page in steps(place, "good", content)] for content in GOOD]
        assert [200, 303] in ends, place
