"""One browser and one sample network for the whole tier; each test has contexts of its own, and leaves the sites at rest."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.support.browser import PHONE, launched, playing
from tests.support.sample_day import played
from tests.support.sample_network import SampleNetwork
from tests.support.visiting import Sight, entered

Enter = Callable[..., Page]
Reader = Callable[[Sight, str], Page]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What starts browsers."""
    with playing() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The browser of everybody who needs no camera."""
    with launched(playwright) as running:
        yield running


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleNetwork]:
    """The network, founded when the first test asks for it."""
    with played(tmp_path_factory.mktemp("network")) as made:
        yield made


@pytest.fixture
def sample(founded: SampleNetwork) -> Iterator[SampleNetwork]:
    """The network, at rest again after the test."""
    yield founded
    founded.wait_idle()


@pytest.fixture(scope="session")
def _readers(browser: Browser, founded: SampleNetwork) -> Iterator[dict[tuple[str, str, str], Page]]:
    """The pages of those who look at everything: one for each person and language, since making one takes as long as a visit."""
    readers: dict[tuple[str, str, str], Page] = {}
    yield readers
    for page in readers.values():
        page.context.close()


@pytest.fixture
def reader(browser: Browser, sample: SampleNetwork, _readers: dict[tuple[str, str, str], Page]) -> Iterator[Reader]:
    """`reader(sight, "it")` is the page of whoever looks; it leaves where it was, so that nothing goes on there."""
    used: list[Page] = []

    def page_of(sight: Sight, language: str) -> Page:
        who = (sight.site, sight.who, language)
        if who not in _readers:
            _readers[who] = entered(browser, sample, sight, language, PHONE).new_page()
        used.append(_readers[who])
        return used[-1]

    yield page_of
    for page in used:
        page.goto("about:blank")


@pytest.fixture
def enter(browser: Browser, sample: SampleNetwork) -> Iterator[Enter]:
    """`enter("nyc", "maya")` is a page of her own browser at that site; without a name, a stranger's."""
    contexts: list[BrowserContext] = []

    def opened(site: str, who: str = "", *, lang: str = "en-GB", **options: Any) -> Page:
        context = browser.new_context(**{"viewport": PHONE, "locale": lang, "base_url": sample.origin(site), **options})
        contexts.append(context)
        if who:
            context.add_cookies([sample.cookie(who)])
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
