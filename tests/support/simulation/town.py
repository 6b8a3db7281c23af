"""The simulated network: a hub, two honest spaces with members, desks and evenings, and a third that is up to no good."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select

from federation.bookings import reconcilers as stays
from federation.db import db as hub_db
from shared.errors import Refusal
from space_node.db import db as node_db
from space_node.desks import service as desks
from space_node.events.models import OwnSession
from space_node.members.models import Member
from space_node.recovery import service as recovery
from space_node.uplink.service import exchange
from tests.support.backups import back_up, put_back
from tests.support.dying import Died, Mortal
from tests.support.evening import Evening
from tests.support.guests import HOME, HOST, Guests
from tests.support.hub import HubWorld
from tests.support.node import Network, NodeWorld
from tests.support.simulation.trace import Trace
from tests.support.simulation.watch import Watch
from tests.support.simulation.wire import Link, Wire
from tests.support.snapshots import CopiedNetwork, Snapshot

ROGUE = "mallory"
NAMES, GUESTS_OWN = ("Berta Rossi", "Carla Neri"), ("Tom Wood", "Uma Shaw")
SECOND, HOUR, DAY, SOON = dt.timedelta(seconds=1), dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(minutes=2)
# What a restored hub is not told within an hour it decides anew.
PATIENCE = (SOON, SOON, HOUR, SOON, SOON, SOON)
WHEN = {"starts_local": "2026-03-06T19:00", "closes_local": "2026-03-06T09:00"}
PRICE = 50


def found(network: Network) -> None:
    """Two desks a day for three members, one of whom can pay a single day; two evenings of two seats, one with a price.

    Each of them has booked, and all want to come to the first evening, so that there is a queue from the beginning.
    """
    Guests.found(network)
    town = Guests(network)
    network.joined(ROGUE, zone="Europe/Rome")
    network.twin(network.nodes[ROGUE], network.nodes[HOST])
    for name, credits in zip(NAMES, (1000, 200), strict=True):
        town.member(name, credits=credits)
    town.host.command(lambda session: desks.set_weekdays(session, seats=dict.fromkeys(range(7), (0, 0)), now=town.now))
    free, _dear = (Evening(town, seats_in_person=2, price_credits=price, **WHEN) for price in (0, PRICE))
    for name in GUESTS_OWN:
        free.ask(free.own_member(name), at=town.host)
    for number, member in enumerate(town.home.look(_members)):
        free.ask(member)
        town.book(on=town.today + number * DAY, member=member)
    network.hub.command(lambda session: stays.tell_new_twins(session, town.now))
    network.hub.work()
    network.sync()


class Town:
    """One life of the network: what its seed decides, and what has become of it."""

    def __init__(self, snapshot: Snapshot, folder: Path, seed: int) -> None:
        """A copy of what was founded, with every machine at work."""
        self.folder, self.dice, self.trace = folder, Random(f"schedule of {seed}"), Trace()
        self.network: CopiedNetwork = snapshot.copied(folder)
        self.guests = Guests(self.network)
        self.clock = self.network.clock
        self.hub = Mortal("hub", _engine(self.network.hub, hub_db))
        self.wire = Wire(
            self.network.transport, self.hub, self.clock, Random(f"wire of {seed}"), self.trace, meanwhile=self._meanwhile
        )
        self.others_act: Callable[[], object] = lambda: None
        self.processes = {slug: Mortal(slug, _engine(node, node_db)) for slug, node in self.network.nodes.items()}
        self.links = {slug: Link(self.wire, process, self.network.clocks[slug]) for slug, process in self.processes.items()}
        # The rogue's software is what it wants; nobody waits for it to agree with anybody.
        self.rogue = self.network.nodes.pop(ROGUE)
        self.rogue.carry(self.links[ROGUE])
        self.nodes = dict(self.network.nodes)
        for slug, node in self.nodes.items():
            node.carry(self.links[slug])
            node.node.delivery._jitter = self.wire.dice.uniform
        self.watch = Watch(self.network, self.wire, {"hub": self.hub, **self.processes})
        self.full: set[str] = set()
        self.backups: dict[str, Path] = {}
        self._depth = 0
        self._look_around()

    def _look_around(self) -> None:
        sessions = self.guests.host.look(lambda s: list(s.scalars(select(OwnSession).order_by(OwnSession.id))))
        self.evenings = [Evening.again(self.guests, one.event_id, one.id) for one in sessions]
        self.prices = [one.price_credits for one in sessions]
        self.people = [(slug, one) for slug in (HOME, HOST) for one in self.nodes[slug].look(_members)]
        self.guests_home = [one for slug, one in self.people if slug == HOME]

    def world(self, name: str) -> HubWorld | NodeWorld:
        """A machine by its name."""
        return self.network.hub if name == "hub" else self.nodes[name]

    def process(self, name: str) -> Mortal:
        """The process on that machine."""
        return self.hub if name == "hub" else self.processes[name]

    def attempt(self, name: str, work: Callable[[], Any]) -> None:
        """Have somebody at a machine do something, if it runs. A refusal is a good answer; a process may die of it."""
        process = self.process(name)
        if process.is_dead:
            return
        try:
            work()
        except Refusal as refusal:
            self.trace.note(name, "is refused:", refusal.slug)
        except Died as death:
            self.trace.note(death.name, "died")
            if death.name != name:
                raise

    def restart(self, name: str) -> None:
        """Start a process that has died."""
        if self.process(name).is_dead:
            self.process(name).start()
            self.world(name).forget()

    def fill_disk(self, name: str, *, full: bool) -> None:
        """Let a database grow no more, or again."""
        engine = self.process(name).engine
        engine.dispose()
        if full and name not in self.full:
            self.full.add(name)
            sa.event.listen(engine, "connect", _grow_no_more)
        elif not full and name in self.full:
            self.full.discard(name)
            sa.event.remove(engine, "connect", _grow_no_more)

    def back_up(self, name: str) -> None:
        """Take a backup, which goes in place of the one before."""
        target = self.folder / f"{name}.backup"
        target.unlink(missing_ok=True)
        self.backups[name] = back_up(self.world(name), target)

    def restore(self, name: str) -> None:
        """Put an old disk into a machine."""
        process = self.process(name)
        process.die()
        # No disk is changed twice in a second, by which the lives of a hub are told apart.
        self.clock.advance(SECOND)
        process.start()
        put_back(self.world(name), self.backups[name])
        if name == "hub":
            self.wire.forget_answers()
            self.watch.hub_is_told_again = True

    def everybody_works(self) -> None:
        """What every worker does, once, each in an order of its own."""
        self.attempt("hub", self.network.hub.tick)
        for slug in self.nodes:
            works = [recovery.tell_again, exchange.deliver, exchange.poll, exchange.fetch_lists]
            self.dice.shuffle(works)
            for work in works:
                self.attempt(slug, partial(self.nodes[slug].do, work))
            self.attempt(slug, self.nodes[slug].repair)

    def heal(self) -> list[str]:
        """Every machine runs, every disk has room, every clock is right, every request gets through: soon all must know the same.

        Returns what is still wrong when there was time enough.
        """
        self.wire.fates = {}
        self.others_act = lambda: None
        for name in ("hub", *self.nodes):
            self.fill_disk(name, full=False)
            self.process(name).doom(None)
            self.restart(name)
        for slug in self.nodes:
            self.network.clocks[slug].off = dt.timedelta()
            self.links[slug].is_cut_there = self.links[slug].is_cut_back = False
        while self.wire.late:
            self.wire.arrive_late()
        for wait in PATIENCE:
            self.clock.advance(wait)
            self.everybody_works()
            if not (left := self.watch.at_rest()):
                break
        return left

    def close(self) -> None:
        """Leave the engines as they were."""
        for name in ("hub", *self.nodes):
            self.fill_disk(name, full=False)
        for process in (self.hub, *self.processes.values()):
            process.let_go()

    def _meanwhile(self) -> None:
        """Others act while a request is under way, but nobody while they do."""
        if not self._depth:
            self._depth += 1
            try:
                self.others_act()
            finally:
                self._depth -= 1


def _engine(world: Any, db: Any) -> sa.Engine:
    with world.app.app_context():
        engine: sa.Engine = db.engine
    return engine


def _members(session: Any) -> list[Member]:
    return list(session.scalars(select(Member).order_by(Member.id)))


def _grow_no_more(connection: Any, _: object) -> None:
    # SQLite takes the present size for the least it can be told.
    connection.execute("PRAGMA max_page_count=1")
