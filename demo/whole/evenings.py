"""The events of the year: spaces announce them, members of twins ask for places, and whoever comes is checked in at the door."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from demo.processes import Site
from demo.whole.places import Place
from demo.whole.progress import Progress
from demo.whole.year import MISSED_ONE_IN, SERVING, Year
from shared.ids import new_id

TOGETHER_ONE_IN = 4
HOMES, PLACES = 3, 2
"""From so many twins, so many members ask for a place at an evening."""
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
class Evening:
    """A session that members of twins may come to."""

    host: str
    session_id: str
    on: date


@dataclass
class Evenings:
    """What has been announced so far in a year, and who comes."""

    year: Year
    _coming: dict[date, list[tuple[Evening, list[str]]]] = field(default_factory=lambda: defaultdict(list))
    """Who has a place, by the day."""
    _asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    """Who is asked to hold which event too, and with which session."""

    def announce(self, first: date, sites: list[Site], progress: Progress, *, openly: bool) -> list[Evening]:
        """Spaces announce an event each, to their twins or openly; those that serve are asked to hold some of them too."""
        place_of = {place.slug: place for place in self.year.network.places}
        serving = self.year.network.places[:SERVING]
        asks = [(one, other) for pair in self.year.pairs for one, other in (pair, pair[::-1]) if openly and other in serving]
        asked_by, asked = dict(asks), list[tuple[str, str, dict[str, Any]]]()

        def at(site: Site) -> Evening:
            place = place_of[site.key]
            number = self.year.network.places.index(place) + first.toordinal()
            other = asked_by.get(place) if number % TOGETHER_ONE_IN == 0 else None
            event = self._event(place, number, first, [other.slug] if other else [], openly=openly)
            path = self.year.network.written(f"{site.key}-event.json", event)
            told = json.loads(self.year.crew.run(site, "events", "create", path, "--publish", "--json"))
            if other:
                asked.append((other.slug, told["event_id"], self._session(other, number, first)))
            progress.step()
            (session,) = event["sessions"]
            return Evening(place.slug, session["id"], date.fromisoformat(session["starts_local"][:10]))

        made = self.year.crew.each(sites, at)
        self.year.counts["events"] += len(sites)
        self._asked += asked
        return list(made.values())

    def fill(self, evenings: list[Evening], progress: Progress) -> None:
        """Members of a few twins ask for places, each space in one go; then the hosts hear who comes."""
        wanted: dict[str, list[Evening]] = defaultdict(list)
        for evening in evenings:
            for home in self.year.twins(evening.host)[:HOMES]:
                wanted[home].append(evening)

        def ask(site: Site) -> list[tuple[Evening, list[str]]]:
            return [(evening, self._ask(site, number, evening, progress)) for number, evening in enumerate(wanted[site.key])]

        given: dict[Evening, list[str]] = defaultdict(list)
        for asked in self.year.crew.each([self.year.network.nodes[slug] for slug in wanted], ask).values():
            for evening, rsvp_ids in asked:
                given[evening] += rsvp_ids
        for evening, rsvp_ids in given.items():
            self._coming[evening.on].append((evening, rsvp_ids))
        self.year.counts["places at events"] += sum(map(len, given.values()))
        hosts = {evening.host for evening in given}
        self.year.crew.each(
            [site for site in self.year.network.sites if site.key in hosts],
            lambda site: self.year.crew.run(site, "sync", "--news-only", "--json"),
        )

    def receive(self, on: date, progress: Progress) -> None:
        """Those who have a place come, but for one now and then."""
        coming = self._coming.pop(on, [])
        if not coming:
            return
        self.year.network.calendar.go_to_day(on)

        def at(site: Site) -> int:
            came = 0
            for evening, rsvp_ids in coming:
                here = [one for number, one in enumerate(rsvp_ids) if (on.toordinal() + number) % MISSED_ONE_IN]
                if evening.host == site.key and here:
                    self.year.crew.run(site, "door", "check-in", evening.session_id, *here, "--json")
                    came += len(here)
                    progress.step(len(here))
            return came

        hosts = {evening.host for evening, _ in coming}
        came = self.year.crew.each([site for site in self.year.network.sites if site.key in hosts], at)
        self.year.counts["at events"] += sum(came.values())

    def hold_together(self) -> None:
        """Those who were asked say yes, with a session of their own."""
        asked: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
        for slug, event_id, session in self._asked:
            asked[slug].append((event_id, session))

        def at(site: Site) -> None:
            self.year.crew.run(site, "sync", "--news-only", "--json")
            for event_id, session in asked[site.key]:
                self.year.crew.run(site, "events", "accept", event_id, "--json")
                path = self.year.network.written(f"{site.key}-session.json", session)
                self.year.crew.run(site, "events", "session", "add", event_id, path, "--json")

        self.year.crew.each([site for site in self.year.network.sites if site.key in asked], at)
        self.year.counts["together"] += len(self._asked)

    def _ask(self, site: Site, number: int, evening: Evening, progress: Progress) -> list[str]:
        going = self.year.travellers[site.key]
        who = [going[(PLACES * number + one) % len(going)].email for one in range(PLACES)]
        words = [word for email in dict.fromkeys(who) for word in ("--member", email)]
        told = json.loads(self.year.crew.run(site, "places", "ask", evening.session_id, *words, "--json"))
        progress.step(len(told))
        return [one["rsvp_id"] for one in told if one["state"] == "confirmed"]

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
        shape = {"id": new_id(), "seats_in_person": 20, "venue": venue}
        return {"starts_local": f"{starts:%Y-%m-%dT%H:%M}", **about, **shape}
