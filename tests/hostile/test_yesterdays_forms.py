"""Steps of people out of their order: every form of every page is sent twice, after others, and by others; nothing breaks."""

import os
import random
from collections.abc import Iterator, Mapping

from demo.browser import Form, Page
from shared.schemas import CSRF_FIELD
from tests.support.hostile_pages import ENDS_SESSIONS, Visitor, is_explained
from tests.support.sample_network import SampleNetwork
from tests.support.visiting import Sight

# How many of the forms are sent, by lot; all of them: `make hostile`.
EACH = int(os.environ.get("TWINDESK_HOSTILE", "1"))
SENT = 16 * EACH
Visitors = Mapping[tuple[str, str], Visitor]


def kept(visitors: Visitors, pages: Mapping[Sight, Page]) -> list[tuple[Visitor, Form]]:
    """The forms that were open in somebody's browser, each once."""
    found = {
        (sight.site, sight.who, form.action, *sorted(form.fields.items())): (visitors[sight.site, sight.who], form)
        for sight, page in pages.items()
        for form in page.forms
        if form.method == "post" and not form.action.endswith(ENDS_SESSIONS)
    }
    return list(found.values())


def tokens(pages: Mapping[Sight, Page]) -> dict[tuple[str, str], str]:
    """By which each is known to have seen a form."""
    return {
        (sight.site, sight.who): form.fields[CSRF_FIELD]
        for sight, page in pages.items()
        for form in page.forms
        if CSRF_FIELD in form.fields
    }


def senders(visitor: Visitor, visitors: Visitors, turn: int) -> Iterator[Visitor]:
    """Twice whoever has the form open, then somebody else there."""
    yield visitor
    yield visitor
    others = [one for one in visitors.values() if one.site == visitor.site and one.who not in ("", visitor.who)]
    if others:
        yield others[turn % len(others)]


def test_no_form_that_comes_late_twice_or_from_somebody_else_breaks_anything(
    made: SampleNetwork, visitors: Visitors, pages: dict[Sight, Page]
) -> None:
    todo, known, wrong, statuses = kept(visitors, pages), tokens(pages), [], set[int]()
    assert len(todo) > 100
    random.Random(8).shuffle(todo)
    for turn, (visitor, form) in enumerate(todo[:SENT]):
        for sender in senders(visitor, visitors, turn):
            page = sender.send(form, **{CSRF_FIELD: known[sender.site, sender.who]})
            statuses.add(page.status)
            if page.status >= 500 or (page.status >= 400 and not is_explained(page, "")):
                wrong.append((page.status, sender.site, sender.who, form.action))
    assert wrong == []
    assert statuses >= {303, 403}
    seen = [visitor.get("/").status for visitor in visitors.values()]
    assert max(seen) < 500
