"""What goes wrong by itself: processes that die, links that are cut one way, clocks, disks that are full or old."""

import datetime as dt
from collections.abc import Callable, Mapping
from random import Random
from typing import Literal

from flask import has_request_context

from tests.support.guests import HOME, HOST
from tests.support.simulation.town import HOUR, Town
from tests.support.simulation.wire import FATES

# How much of its usual part each kind has in a story: most stories are about two or three of them.
MIXTURE = (0, 0, 1, 3)
MACHINES = ("hub", HOME, HOST)
SECONDS = dt.timedelta(seconds=1)
# Beyond five minutes a node signs nothing any more; a jump beyond that is noticed, and put right some time later.
SKEWS = (-200 * SECONDS, 45 * SECONDS, 200 * SECONDS, 2 * HOUR, -3 * HOUR)


class Fate:
    """What strikes a town, of which kinds, and how often: a seed has only some of it, so that each gets its stage."""

    def __init__(self, town: Town) -> None:
        """Draw of what kinds this story is."""
        self.town, dice = town, town.dice
        town.wire.fates = {name: dice.choice((0.0, 0.0, 0.1, 0.15)) for name in FATES}
        drawn = {kind: often * dice.choice(MIXTURE) for kind, often in self._all().items()}
        self._kinds: Mapping[Callable[[], None], int] = {kind: often for kind, often in drawn.items() if often}
        # Of one machine alone: what two have forgotten nobody can tell them again.
        self._worn = self._machine()
        if self.an_old_disk_is_put_in in self._kinds:
            town.back_up(self._worn)

    @property
    def deeds(self) -> Mapping[Callable[[], None], int]:
        """What may strike now, and how often compared with the rest."""
        repairs = {self.something_is_mended: 4, self.a_late_request_arrives: 3}
        return {**self._kinds, **repairs}

    def _all(self) -> Mapping[Callable[[], None], int]:
        return {
            self.a_link_is_cut: 2,
            self.a_process_will_die: 4,
            self.a_process_dies_now: 1,
            self.a_clock_is_wrong: 1,
            self.a_disk_is_full: 1,
            self.a_backup_is_taken: 1,
            self.an_old_disk_is_put_in: 2,
        }

    def a_link_is_cut(self) -> None:
        """Nothing gets there any more, or nothing back."""
        link = self.town.links[self._node()]
        if self._dice.random() < 0.5:
            link.is_cut_there = True
        else:
            link.is_cut_back = True

    def a_process_will_die(self) -> None:
        """It dies before or after one of its next durable writes, or of those for somebody who asks it."""
        moment: Literal["before", "after"] = self._dice.choice(("before", "after"))
        name, number = self._dice.choice(("hub", *MACHINES)), self._dice.randint(1, 4)
        if name == "hub" and self._dice.random() < 0.7:
            self.town.hub.doom_at_write(number, moment, has_request_context)
        else:
            self.town.process(name).doom_at_write(number, moment)

    def a_process_dies_now(self) -> None:
        """It dies while it does nothing, with all that it knew by heart."""
        self.town.process(self._machine()).die()

    def a_clock_is_wrong(self) -> None:
        """A node's clock is off."""
        self.town.network.clocks[self._node()].off = self._dice.choice(SKEWS)

    def a_disk_is_full(self) -> None:
        """A machine's database can grow no more."""
        self.town.fill_disk(self._machine(), full=True)

    def a_backup_is_taken(self) -> None:
        """As the timer does every night; some of them are a day old when they are wanted."""
        if not self.town.process(self._worn).is_dead:
            self.town.back_up(self._worn)

    def an_old_disk_is_put_in(self) -> None:
        """The one machine whose disk is bad comes back from its last backup."""
        if self._worn in self.town.backups and self._worn not in self.town.full:
            self.town.restore(self._worn)

    def a_late_request_arrives(self) -> None:
        """What nobody waits for any more."""
        self.town.wire.arrive_late()

    def something_is_mended(self) -> None:
        """An operator starts, plugs in, makes room or sets the clock."""
        town, name = self.town, self._machine()
        town.fill_disk(name, full=False)
        town.restart(name)
        if name in town.nodes:
            town.links[name].is_cut_there = town.links[name].is_cut_back = False
            town.network.clocks[name].off = dt.timedelta()

    @property
    def _dice(self) -> Random:
        return self.town.dice

    def _machine(self) -> str:
        return self._dice.choice(MACHINES)

    def _node(self) -> str:
        return self._dice.choice((HOME, HOST))
