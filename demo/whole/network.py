"""The hub and all nodes on this machine: folders, ports, the clock that they go by. Only what is looked at has a process."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from demo import network as small
from demo import ports
from demo.clock import thursday_morning, write_offset
from demo.processes import Keeper, Site
from demo.whole.places import Place, network_of

# All nodes call from one address, which the hub would otherwise take for one caller in a hurry.
HUB_SETTINGS = {"HUB_REQUESTS_A_MINUTE": "1000000", "HUB_NETWORK_NAME": "Sample network", "LOG_LEVEL": "warning"}
# On each day of the past it is afternoon in Italy and morning in New York, where spaces are open at that hour too.
HOUR = time(15, 0, tzinfo=UTC)


class Calendar:
    """The day that all services take for today, which can be any day of the past."""

    def __init__(self, path: Path) -> None:
        """The present is the Thursday morning that is nearest."""
        self.path = path
        self._offset: timedelta | None = None
        self.present = thursday_morning(datetime.now(UTC))

    def go_to(self, at: datetime) -> None:
        """Let it be this instant, unless it is later already; from here on the clock goes as every clock goes."""
        offset = at - datetime.now(UTC)
        if self._offset is None or offset > self._offset:
            self._offset = offset
            write_offset(self.path, offset.total_seconds())

    def go_to_day(self, on: date) -> None:
        """Let it be this day, in the afternoon."""
        self.go_to(datetime.combine(on, HOUR))

    def go_home(self) -> None:
        """Let it be the present again."""
        self.go_to(self.present)

    def day(self, ahead: int) -> date:
        """The day so many days from the present."""
        return self.present.date() + timedelta(days=ahead)


@dataclass
class WholeNetwork:
    """All of it."""

    folder: Path
    calendar: Calendar
    keeper: Keeper
    hub: Site
    places: list[Place]
    nodes: dict[str, Site]

    @property
    def files(self) -> Path:
        """Where sample files are."""
        return self.folder / "files"

    @property
    def sites(self) -> list[Site]:
        """All nodes, those first that serve."""
        return [self.nodes[place.slug] for place in self.places]

    @property
    def awake(self) -> list[Site]:
        """The hub and the nodes that have a process."""
        return [site for site in (self.hub, *self.sites) if site.process is not None]

    def written(self, name: str, content: object) -> str:
        """A JSON file for a command; its path."""
        path = self.files / name
        path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        return str(path)

    def stop(self) -> None:
        """End all processes; a second Ctrl-C changes nothing."""
        small.stop(self.awake)


@contextmanager
def whole_network(folder: Path, count: int, first_port: int) -> Iterator[WholeNetwork]:
    """A hub and so many nodes in a fresh folder; whatever happens inside, their processes end with it.

    Raises Occupied, NoFreePort.
    """
    with small.fresh(folder) as keeper:
        calendar, places = Calendar(folder / "clock"), network_of(count)
        common = {"CLOCK_FILE": str(calendar.path)}
        hub_port, *free = ports.free_ports(count + 1, first_port)
        hub = Site("hub", "federation", "the hub", folder / "hub", hub_port, keeper, {**common, **HUB_SETTINGS})
        settings = {**common, **small.QUICK}
        nodes = {
            place.slug: Site(place.slug, "space_node", place.name, folder / place.slug, port, keeper, settings)
            for place, port in zip(places, free, strict=True)
        }
        made = WholeNetwork(folder, calendar, keeper, hub, places, nodes)
        try:
            yield made
        finally:
            made.stop()
