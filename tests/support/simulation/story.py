"""One seed, told from beginning to end: forty things happen, everything is mended, and all must know the same."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from federation.bookings.models import Booking
from federation.rsvps.models import Rsvp
from tests.support.dying import Died, looked_at
from tests.support.simulation.bugs import Bug
from tests.support.simulation.chance import seeded
from tests.support.simulation.fate import Fate
from tests.support.simulation.people import People
from tests.support.simulation.rogue import Rogue
from tests.support.simulation.town import Town
from tests.support.snapshots import Snapshot

STEPS = 40
# What people do, what goes wrong and what the rogue tries, of a hundred steps.
SHARES = (72, 20, 8)


@dataclass(frozen=True)
class Told:
    """How a story ended. Without faults, it ended well."""

    seed: int
    faults: list[str]
    sha256: str
    lines: list[str]

    @property
    def ended_well(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


def tell(seed: int, snapshot: Snapshot, folder: Path, bug: Bug | None = None) -> Told:
    """Play the story of a seed, with a bug in the product or without; it ends at the first thing that does not hold."""
    with seeded(seed), planted(bug):
        town = Town(snapshot, folder, seed)
        try:
            faults = _play(town)
            _note_the_end(town)
        finally:
            town.close()
    return Told(seed, faults, town.trace.sha256, town.trace.lines)


@contextmanager
def planted(bug: Bug | None) -> Iterator[None]:
    """The product with a bug in it, for as long as this lasts."""
    with pytest.MonkeyPatch.context() as patch:
        if bug is not None:
            bug.plant(patch)
        yield


def _play(town: Town) -> list[str]:
    casts = (People(town), Fate(town), Rogue(town))

    def happen() -> None:
        [cast] = town.dice.choices(casts, SHARES)
        [deed] = town.dice.choices(list(cast.deeds), list(cast.deeds.values()))
        _happen(town, deed)

    town.others_act = happen
    for _ in range(STEPS):
        if faults := town.watch.now():
            return faults
        happen()
    town.trace.note("all is mended")
    return town.heal()


def _happen(town: Town, deed: Callable[[], None]) -> None:
    town.trace.note(f"{town.clock.now():%d. %H:%M}", deed.__name__)
    try:
        deed()
    except Died as death:
        # Somebody wanted to look at a page of a machine that does not run.
        town.trace.note(death.name, "does not answer")


def _note_the_end(town: Town) -> None:
    with looked_at(town.hub):
        rows = town.network.hub.look(
            lambda session: [
                *((row.id, row.state, row.rev) for row in session.scalars(select(Booking).order_by(Booking.id))),
                *((row.id, row.state, row.rev) for row in session.scalars(select(Rsvp).order_by(Rsvp.id))),
            ]
        )
    for row in rows:
        town.trace.note("in the end:", *row)
