"""The year since: every two months members book the coming days at twins, spaces announce events, and on each day guests come.

The clock goes through all these days, so it is the product's own rules that confirm, count, complete and pay.
"""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from demo.processes import Site
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
"""So many desks are booked in a window, from each twin at each twin."""
OFF_ONE_IN, MISSED_ONE_IN, TOGETHER_ONE_IN = 25, 20, 4
WEEKEND = 5
SEATS = "8"
SERVING = 3
"""So many nodes serve when all is made."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVENTS = {
    "it": (
        ("Colazione di presentazione", "fare"),
        ("Una sera di luci", "design"),
        ("Conti senza paura", "consigli"),
        ("Jam in cortile", "musica"),
    ),
    "en": (
        ("Presentation breakfast", "making"),
        ("An evening of light", "design"),
        ("Books without fear", "advice"),
        ("Courtyard jam", "music"),
    ),
}


@dataclass(frozen=True)
class Stay:
    """A desk that somebody wants."""

    home: str
    host: str
    who: Person
    on: date


@dataclass
class Year:
    """What has been made so far."""

    network: WholeNetwork
    crew: Crew
    pairs: list[tuple[Place, Place]]
    travellers: dict[str, list[Person]]
    booked: dict[date, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    """The ids of confirmed stays that guests come to, by day and host."""
    _asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    """Who is asked to hold which event too, and with which session."""
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    chance: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311 - sample data, not a secret

    def wishes(self, first: date) -> dict[str, list[Stay]]:
        """What members of each space want to book in the window that begins after this day."""
        wanted: dict[str, list[Stay]] = defaultdict(list)
        days = {place.slug: self._guest_days(first, self.guest_day(place.slug)) for place in self.network.places}
        for one, other in self.pairs:
            for home, host in ((one.slug, other.slug), (other.slug, one.slug)):
                going = self.travellers[home]
                on = self.chance.sample(days[host], k=min(STAYS, len(days[host])))
                wanted[home] += [
                    Stay(home, host, going[(number + len(wanted[home])) % len(going)], day) for number, day in enumerate(on)
                ]
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

        def at(site: Site) -> list[tuple[Stay, dict[str, Any]]]:
            return [(stay, self._book(site, stay, number, progress)) for number, stay in enumerate(wanted[site.key])]

        for made in self.crew.each(self.network.sites, at).values():
            for stay, told in made:
                self.counts[told["state"]] += 1
                if told["state"] == "confirmed":
                    self.booked[stay.on][stay.host].append(told["booking_id"])

    def catch_up(self, progress: Progress) -> None:
        """Every node reads the news, so that hosts know their guests."""

        def one(site: Site) -> None:
            self.crew.run(site, "sync", "--json")
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

    def announce(self, first: date, sites: list[Site], progress: Progress, *, openly: bool) -> None:
        """Spaces announce an event each, to their twins or openly; those that serve are asked to hold some of them too."""
        place_of = {place.slug: place for place in self.network.places}
        serving = self.network.places[:SERVING]
        asks = [(one, other) for pair in self.pairs for one, other in (pair, pair[::-1]) if openly and other in serving]
        asked_by, asked = dict(asks), list[tuple[str, str, dict[str, Any]]]()

        def at(site: Site) -> None:
            place = place_of[site.key]
            number = self.network.places.index(place) + first.toordinal()
            other = asked_by.get(place) if number % TOGETHER_ONE_IN == 0 else None
            event = self._event(place, number, first, [other.slug] if other else [], openly=openly)
            path = self.network.written(f"{site.key}-event.json", event)
            told = json.loads(self.crew.run(site, "events", "create", path, "--publish", "--json"))
            if other:
                asked.append((other.slug, told["event_id"], self._session(other, number, first)))
            progress.step()

        self.crew.each(sites, at)
        self.counts["events"] += len(sites)
        self._asked += asked

    def hold_together(self) -> None:
        """Those who were asked say yes, with a session of their own."""
        asked: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
        for slug, event_id, session in self._asked:
            asked[slug].append((event_id, session))

        def at(site: Site) -> None:
            self.crew.run(site, "sync", "--json")
            for event_id, session in asked[site.key]:
                self.crew.run(site, "events", "accept", event_id, "--json")
                path = self.network.written(f"{site.key}-session.json", session)
                self.crew.run(site, "events", "session", "add", event_id, path, "--json")

        self.crew.each([site for site in self.network.sites if site.key in asked], at)
        self.counts["together"] += len(self._asked)

    def _guest_days(self, first: date, weekday: int) -> list[date]:
        ahead = [day for n in range(1, WINDOW + 1) if (day := first + timedelta(days=n)).weekday() == weekday]
        return ahead[-GUEST_DAYS:]

    def _book(self, site: Site, stay: Stay, number: int, progress: Progress) -> dict[str, Any]:
        words = ("--member", stay.who.email, "--at", stay.host, "--on", stay.on.isoformat(), "--json")
        told = dict(json.loads(self.crew.run(site, "trips", "book", *words))[0])
        if told["state"] == "confirmed" and number % OFF_ONE_IN == OFF_ONE_IN - 1:
            told = json.loads(self.crew.run(site, "trips", "cancel", "--member", stay.who.email, told["booking_id"], "--json"))[0]
        progress.step()
        return told

    def _event(self, place: Place, number: int, first: date, cohosts: list[str], *, openly: bool) -> dict[str, Any]:
        title, topic = EVENTS[place.language][number % len(EVENTS[place.language])]
        text = {"title": f"{title}, {place.city}", "summary": "Sample event.", "language": place.language, "topics": [topic]}
        return {
            **text,
            "reach": ("public" if number % 3 else "network") if openly else "twins",
            "cohosts": cohosts,
            "sessions": [self._session(place, number, first)],
        }

    def _session(self, place: Place, number: int, first: date) -> dict[str, Any]:
        starts = datetime.combine(first + timedelta(days=10 + number % 45), time(18, 30))
        venue = {"name": place.name, "address": "1 Sample Street", "city": place.city}
        about = {"zone": place.zone, "duration_minutes": 90, "mode": "in_person", "language": place.language}
        return {"starts_local": f"{starts:%Y-%m-%dT%H:%M}", **about, "seats_in_person": 20, "venue": venue}
