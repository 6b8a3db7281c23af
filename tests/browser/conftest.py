"""One browser and one sample network for the whole tier; each test has contexts of its own, and leaves the sites at rest."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.support.browser import PHONE, launched, playing
from tests.support.sample_day import play
from tests.support.sample_network import SampleNetwork, sample_network

Enter = Callable[..., Page]


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
    folder = tmp_path_factory.mktemp("network")
    with sample_network(folder) as made:
        play(made, folder)
        yield made


@pytest.fixture
def sample(founded: SampleNetwork) -> Iterator[SampleNetwork]:
    """The network, at rest again after the test."""
    yield founded
    founded.wait_idle()


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
