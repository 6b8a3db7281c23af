"""What the sample network does in the weeks after that Thursday: every state that a page of the calendar can show, once."""

import datetime as dt
from typing import Any

from space_node.uplink.service import exchange
from tests.support.announcing import Announcer
from tests.support.sample_network import LONDON, MILANO, NYC, TORINO, SampleNetwork

UTC = dt.UTC
VENUES = {
    NYC: ("America/New_York", "WeCreate NYC", "1 Sample Street", "New York"),
    LONDON: ("Europe/London", "TheCube London", "2 Sample Lane", "London"),
    MILANO: ("Europe/Rome", "Ventura Milano", "Via Esempio 3", "Milano"),
    TORINO: ("Europe/Rome", "Verbena Torino", "Via Esempio 4", "Torino"),
}


def announce(made: SampleNetwork) -> None:
    """Let the hub tell of events, and let the two spaces with pages hear of them."""
    says = {slug: Announcer(made.network.hub, lead=slug) for slug in VENUES}
    _together(made, says)
    _one_of_each(made, says)
    _weekly(says[LONDON])
    for node in (made.nyc, made.london):
        node.do(exchange.poll)


def _session(says: Announcer, event_id: str, host: str, starts_at: dt.datetime, **changed: Any) -> str:
    zone, name, address, city = VENUES[host]
    somewhere = {"name": name, "address": address, "city": city, "access": "Green door, third floor."}
    venue = None if changed.get("mode") == "remote" else somewhere
    return says.session(event_id, starts_at=starts_at, host=host, zone=zone, venue=venue, **changed)


def _together(made: SampleNetwork, says: dict[str, Announcer]) -> None:
    """Three spaces hold one lunch: London and Milano in the same hour, New York at its own noon."""
    london = says[LONDON]
    cohosts = [{"space": NYC, "state": "accepted"}, {"space": MILANO, "state": "accepted"}]
    lunch = london.event(cohosts=cohosts, reach="public", topics=["making", "advice"], note="Now with New York and Milano.")
    noon = dt.datetime(2026, 11, 19, 12, 30, tzinfo=UTC)
    first = _session(london, lunch, LONDON, noon, mode="hybrid", party_max=3)
    remote = {"kind": "remote", "capacity": None, "free": None, "confirmed": 4, "offered": 0, "waiting": 0}
    london.seats(first, free=0, confirmed=10, waiting=3, more=[remote])
    relay = _session(london, lunch, MILANO, noon, relay_of=first, mode="in_person", language="it", party_max=1)
    london.seats(relay, free=4, confirmed=6)
    own = _session(london, lunch, NYC, noon + dt.timedelta(hours=5), mode="in_person", price_credits=50)
    london.seats(own, free=1, confirmed=9)
    made.marks["lunch"] = lunch


def _one_of_each(made: SampleNetwork, says: dict[str, Announcer]) -> None:
    """One moved, one called off, one postponed, one late in the evening, one for the spaces that hold it alone."""
    moved = says[MILANO].event(
        title="Colazione con chi costruisce", summary="", language="it", reach="network", topics=["making"]
    )
    at = dt.datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    _session(says[MILANO], moved, MILANO, at, previous_starts_at="2026-11-17T07:30:00Z", language="it", seats_in_person=None)
    off = says[TORINO].event(title="Repair café", reach="network", topics=["repair"], state="cancelled", note="The roof leaks.")
    _session(says[TORINO], off, TORINO, dt.datetime(2026, 11, 21, 14, 0, tzinfo=UTC), state="cancelled")
    later = says[LONDON].event(title="Open studio evening", reach="public", topics=["art"])
    _session(says[LONDON], later, LONDON, dt.datetime(2026, 11, 26, 18, 0, tzinfo=UTC), state="postponed")
    night = says[NYC].event(
        title="Winter hack night, a name uncommonly long, until everything works", reach="public", topics=["making"]
    )
    late = dt.datetime(2026, 11, 28, 1, 0, tzinfo=UTC)
    says[NYC].seats(_session(says[NYC], night, NYC, late, minutes=360, mode="hybrid", approval=True), free=12, capacity=20)
    ours = says[NYC].event(title="House meeting", summary="For us.", reach="space", topics=[], to=[NYC])
    _session(says[NYC], ours, NYC, dt.datetime(2026, 11, 20, 15, 0, tzinfo=UTC), to=[NYC])
    bare = says[LONDON].event(title="Something about light", summary="", description="", reach="network", topics=[])
    made.marks |= {"moved": moved, "called_off": off, "postponed": later, "night": night, "bare": bare}


def _weekly(says: Announcer) -> None:
    """A talk every Wednesday, and four things on one evening."""
    for week in range(8):
        event_id = says.event(
            title=f"Talk number {week + 1}", summary="Half an hour, then questions.", reach="network", topics=["talks"]
        )
        at = dt.datetime(2026, 11, 18, 17, 0, tzinfo=UTC) + dt.timedelta(weeks=week)
        says.seats(_session(says, event_id, LONDON, at, minutes=60, mode="remote"), kind="remote", free=40, capacity=50)
    for number, title in enumerate(("Pitch practice", "Book corner", "Drawing", "Late supper")):
        event_id = says.event(title=title, reach="network", topics=["evenings"])
        _session(says, event_id, LONDON, dt.datetime(2026, 11, 25, 16 + number, 0, tzinfo=UTC), minutes=60)
