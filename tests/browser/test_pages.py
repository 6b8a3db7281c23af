"""Every page of both services in a real browser, in both languages and at both widths, as those who use it see it."""

import os
from zlib import crc32

import pytest

from tests.support.browser import PHONE, WIDE
from tests.support.reviewing import complaints, english_left, overflow, violations
from tests.support.sample_network import HUB, NYC, SampleNetwork
from tests.support.sights import SIGHTS
from tests.support.visiting import LOCALES, Sight, pages_of, visit

# Half of all time here is axe's, so every page meets it once, in English on a desk or in Italian on a phone, by its name.
# `TWINDESK_AXE=both` leaves out none.
AXE = {"en": WIDE, "it": PHONE}
EACH_LANGUAGE = os.environ.get("TWINDESK_AXE") == "both"


def meets_axe(sight: Sight, language: str) -> bool:
    return EACH_LANGUAGE or list(AXE)[crc32(sight.name.encode()) % len(AXE)] == language


def test_every_page_is_in_the_table(founded: SampleNetwork) -> None:
    shown = {(sight.site == HUB, sight.endpoint) for sight in SIGHTS}
    for site in (HUB, NYC):
        missing = {endpoint for endpoint in pages_of(founded.world(site).app) if (site == HUB, endpoint) not in shown}
        assert missing == set(), f"tests/support/sights.py shows no page of {missing}"


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: sight.name)
def test_a_page_is_right(sample: SampleNetwork, reader, sight: Sight, language: str) -> None:
    page = reader(sight, language)
    with complaints(page) as said:
        assert visit(page, sample, sight) == sight.status
        assert page.locator("html").get_attribute("lang") == language
        assert page.get_by_role("heading", level=1).count() == 1
        assert page.title().split(" · ")[0]
        for size in (PHONE, WIDE):
            page.set_viewport_size(size)
            assert overflow(page) == []
            if AXE[language] == size and meets_axe(sight, language):
                assert violations(page) == []
        if language == "it":
            assert english_left(page) == []
        assert said == []
