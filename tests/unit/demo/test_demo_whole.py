"""The places of a whole network, and how far it is."""

import pytest

from demo.whole import places
from demo.whole.progress import Progress, clock_time


def test_the_network_is_as_large_as_cowo_was_and_lies_where_it_lay() -> None:
    everywhere = places.everywhere()
    assert len(everywhere) == len({place.slug for place in everywhere}) == places.MOST
    italian = [place for place in everywhere if place.country == "IT"]
    assert len(italian) == 95
    assert sum(place.region == "Lombardia" for place in italian) == 27
    assert sum(place.city == "Milano" for place in italian) == 17
    assert all("Esempio" in place.name and len(place.slug) <= 24 for place in italian)


@pytest.mark.parametrize("count", [3, 4, 12, 97])
def test_a_smaller_one_has_the_same_measure(count: int) -> None:
    network = places.network_of(count)
    members = places.members_of(network)
    assert len(network) == len({place.slug for place in network}) == count
    assert sum(members.values()) == 20_000 * count // 97
    pairs = places.twinnings(network)
    assert len({frozenset((one.slug, other.slug)) for one, other in pairs}) == len(pairs)
    assert {place.slug for pair in pairs for place in pair} == {place.slug for place in network}


def test_a_bar_says_what_is_done_and_about_how_long_the_rest_takes() -> None:
    progress = Progress("spaces", 4)
    assert "0 of 4 spaces, 0:00 left" in progress.line(progress._began + 5)
    progress.step()
    assert progress.line(progress._began + 30) == "[██████··················] 1 of 4 spaces, 1:30 left"
    assert clock_time(61.9) == "1:01"
