"""A network with real pages, of which all of this tier takes part: what is sent may change anything in it."""

from collections.abc import Iterator

import pytest

from demo.browser import Page
from tests.support.hostile_pages import Visitor
from tests.support.sample_day import played
from tests.support.sample_network import SampleNetwork
from tests.support.sights import SIGHTS
from tests.support.visiting import Sight


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleNetwork]:
    """The sample network, after its day."""
    with played(tmp_path_factory.mktemp("network")) as found:
        yield found


@pytest.fixture(scope="session")
def visitors(made: SampleNetwork) -> dict[tuple[str, str], Visitor]:
    """Everybody who looks at anything, by site and name."""
    return {(sight.site, sight.who): Visitor(made, sight.site, sight.who) for sight in SIGHTS}


@pytest.fixture(scope="session")
def pages(made: SampleNetwork, visitors: dict[tuple[str, str], Visitor]) -> dict[Sight, Page]:
    """Every page on which nothing has to be done first, as it was before anybody did harm."""
    plain = [sight for sight in SIGHTS if sight.deed is None and sight.status == 200]
    return {sight: visitors[sight.site, sight.who].get(sight.path.format(**made.marks)) for sight in plain}
