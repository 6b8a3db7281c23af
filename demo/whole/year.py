"""The year since: every two months members book the coming days at twins, some walk in unbooked, and on each day guests come.

The clock goes through all these days, so it is the product's own rules that confirm, count, complete and pay.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from demo.processes import CommandFailed, Site
from demo.samples import SEED, Person
from demo.whole.crew import Crew
from demo.whole.network import WholeNetwork
from demo.whole.places import Place
from demo.whole.progress import Progress

WINDOW = 60
"""Days that are booked ahead at a time; no hub takes bookings for more than 62."""
GUEST_DAYS = 7
"""On so many days of a window a space has guests."""
STAYS = 2
"""So many days are booked in a window, from each twin at each twin, by one member in one go."""
OFF_ONE_IN, MISSED_ONE_IN = 12, 20
UNBOOKED = 3
"""From so many twins somebody walks in where it is open house."""
TRAVELLERS = 8
WEEKEND = 5
SEATS = "8"
SERVING = 3
"""So many nodes serve when all is made."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Wish:
    """Desks that somebody wants at a twin, on some days."""

    host: str
    who: Person
    days: list[date]


@dataclass
class Year:
    """What has been made so far."""

    network: WholeNetwork
    crew: Crew
    pairs: list[tuple[Place, Place]]
    travellers: dict[str, list[Person]]
    booked: dict[date, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    """The ids of confirmed stays that guests come to, by day and host."""
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    chance: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311 - sample data, not a secret

    def wishes(self, first: date) -> dict[str, list[Wish]]:
        """What members of each space want to book in the window that begins after this day."""
        wanted: dict[str, list[Wish]] = defaultdict(list)
        days = {place.slug: self._guest_days(first, self.guest_day(place.slug)) for place in self.network.places}
        for one, other in self.pairs:
            for home, host in ((one.slug, other.slug), (other.slug, one.slug)):
                going = self.travellers[home]
                on = self.chance.sample(days[host], k=min(STAYS, len(days[host])))
                wanted[home].append(Wish(host, going[(first.toordinal() + len(wanted[home])) % len(going)], on))
        return wanted

    def open_days(self, progress: Progress) -> None:
        """Every space opens the desks of the coming days, as a node that serves does by itself."""

        def one(site: Site) -> None:
            self.crew.run(site, "desks", "offer", "--seats", SEATS, "--weekday", WEEKDAYS[self.guest_day(site.key)])
            progress.step()

        self.crew.each(self.network.sites, one)

    def guest_day(self, slug: str) -> int:
        """The weekday on which a space has guests: 0 is Monday. Those that serve have them on the day that can be looked at."""
        place = [one.slug for one in self.network.places].index(slug)
        return self.network.calendar.present.weekday() if place < SERVING else place % WEEKEND

    def book(self, first: date, progress: Progress) -> None:
        """Book them; now and then somebody thinks better of it."""
        wanted = self.wishes(first)

        def at(site: Site) -> list[dict[str, Any]]:
            return [told for number, wish in enumerate(wanted[site.key]) for told in self._book(site, wish, number, progress)]

        for made in self.crew.each(self.network.sites, at).values():
            for told in made:
                self.counts[told["state"]] += 1
                if told["state"] == "confirmed":
                    self.booked[date.fromisoformat(told["on"])][told["host"]].append(told["booking_id"])

    def catch_up(self, progress: Progress, *how: str) -> None:
        """Every node reads the news, so that hosts know their guests."""

        def one(site: Site) -> None:
            self.crew.run(site, "sync", *how, "--json")
            progress.step()

        self.crew.each(self.network.sites, one)

    def receive(self, on: date, progress: Progress) -> None:
        """The guests of a day come, but for one now and then."""
        expected = self.booked.pop(on, {})
        if not expected:
            return
        self.network.calendar.go_to_day(on)

        def at(site: Site) -> int:
            came = 0
            for number, booking_id in enumerate(expected[site.key]):
                if (on.toordinal() + number) % MISSED_ONE_IN:
                    self.crew.run(site, "check-in", booking_id, "--json")
                    came += 1
                progress.step()
            return came

        came = self.crew.each([site for site in self.network.sites if site.key in expected], at)
        self.counts["came"] += sum(came.values())

    def drop_in(self, hosts: list[Site], progress: Progress) -> None:
        """At these hosts somebody of each of a few twins comes unbooked, with the passport of their home."""
        going: dict[str, list[str]] = defaultdict(list)
        for host in hosts:
            for home in self.twins(host.key)[:UNBOOKED]:
                going[home].append(host.key)
        shown: dict[str, list[str]] = defaultdict(list)

        def leave(site: Site) -> list[str]:
            who = [self.travellers[site.key][number % TRAVELLERS].email for number, _ in enumerate(going[site.key])]
            return [json.loads(self.crew.run(site, "passports", "issue", "--member", one, "--json"))["passport"] for one in who]

        for home, passports in self.crew.each(self._sites(going), leave).items():
            for slug, passport in zip(going[home], passports, strict=True):
                shown[slug].append(passport)

        def arrive(site: Site) -> int:
            # No door takes a passport without fresh lists.
            self.crew.run(site, "sync", "--json")
            told = [self.crew.attempt(site, "walk-in", "--pass", passport, "--json") for passport in shown[site.key]]
            progress.step(len(told))
            return sum(one["code"] == 0 for one in told)

        self.counts["walked in"] += sum(self.crew.each(self._sites(shown), arrive).values())

    def twins(self, slug: str) -> list[str]:
        """Who is twinned with a space."""
        pairs = [(one.slug, other.slug) for one, other in self.pairs]
        return [other for pair in pairs for one, other in (pair, pair[::-1]) if one == slug]

    def _guest_days(self, first: date, weekday: int) -> list[date]:
        ahead = [day for n in range(1, WINDOW + 1) if (day := first + timedelta(days=n)).weekday() == weekday]
        return ahead[-GUEST_DAYS:]

    def _book(self, site: Site, wish: Wish, number: int, progress: Progress) -> list[dict[str, Any]]:
        days = [word for day in wish.days for word in ("--on", day.isoformat())]
        # A day that the host refuses fails the command, and belongs to a year.
        booked = self.crew.attempt(site, "trips", "book", "--member", wish.who.email, "--at", wish.host, *days, "--json")
        if not booked["out"]:
            raise CommandFailed(f"{site.key}: {booked['err']}")
        told = list(json.loads(booked["out"]))
        if told[0]["state"] == "confirmed" and (number + len(site.key)) % OFF_ONE_IN == 0:
            cancel = ("trips", "cancel", "--member", wish.who.email, told[0]["booking_id"], "--json")
            told[:1] = json.loads(self.crew.run(site, *cancel))
        progress.step(len(told))
        return told

    def _sites(self, slugs: Iterable[str]) -> list[Site]:
        return [self.network.nodes[slug] for slug in slugs]
