"""Every path on which the hub moves money, ready to be taken: a network in which each needs one more call, or one more repair."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from federation.bookings import reconcilers as stays
from federation.credits import reconcilers as ledger
from federation.rsvps import reconcilers as seats
from shared.clock import wall
from shared.ids import new_id
from shared.loader import dump_json
from tests.support.wire_seats import act, asked, open_seats, wish
from tests.support.wire_space import MORNING, PROOF, THURSDAY, WireHub, WireSpace, example, good

DAY = dt.timedelta(days=1)
REFS = {"walk-in": "a1" * 32, "hospitality": "b2" * 32, "unknown": "c3" * 32}
PRICE = 100
NOON = wall(THURSDAY, dt.time(12), "Europe/London")
EVENING = wall(THURSDAY, dt.time(20), "Europe/London")
Repair = Callable[[Any, dt.datetime], object]


@dataclass(frozen=True)
class Call:
    """One request of a space, byte for byte as it is sent each time."""

    space: WireSpace
    method: str
    path: str
    content: bytes
    key: str


@dataclass
class Till:
    """Two spaces, twinned, and what has happened between them so far; `at` is when each path is taken."""

    hub: WireHub
    nyc: WireSpace
    london: WireSpace
    terms: dict[str, Any]
    stays: dict[str, dict[str, Any]] = field(default_factory=dict)
    rsvps: dict[str, dict[str, Any]] = field(default_factory=dict)
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)

    def again(self, hub: WireHub) -> "Till":
        """The same on a copy of the hub."""
        # A token outlives the hub that gave it.
        nyc, london = (WireSpace(hub, space.slug, space.ring, space.token) for space in (self.nyc, self.london))
        return Till(hub, nyc, london, self.terms, self.stays, self.rsvps, self.sessions)


def found(hub: WireHub) -> Till:
    """A stay for every path, a lot that lapses, passports, and sessions with a price."""
    nyc, london = hub.join("wecreate-nyc"), hub.join("thecube-london")
    till = Till(hub, nyc, london, nyc.twin(london))
    good(london.offer(seats=20))
    for name in ("cancel free", "cancel late", "cancel by host", "proof", "no proof", "complete", "no-show", "silent"):
        guest = new_id()
        good(nyc.grant(guest, 200))
        till.stays[name] = {**nyc.book(london, till.terms, guest), "guest": guest}
    till.stays["lapse"] = {"guest": new_id()}
    good(nyc.grant(till.stays["lapse"]["guest"], 70, expires_on=THURSDAY.isoformat()))
    for name in ("walk-in", "hospitality"):
        guest = new_id()
        if name == "walk-in":
            good(nyc.grant(guest, 1000))
        good(nyc.announce_passport(REFS[name], guest))
    for name in ("rsvp", "rsvp cancel", "offer", "settle", "session"):
        till.sessions[name] = open_seats(london, 1 if name == "offer" else 5, price_credits=PRICE)
        if name in ("rsvp cancel", "settle"):
            till.rsvps[name] = asked(nyc, till.sessions[name], _rich(nyc))
    first = asked(nyc, till.sessions["offer"], _rich(nyc))
    till.rsvps["offer"] = asked(nyc, till.sessions["offer"], _rich(nyc))
    good(act(nyc, first, "cancel"))
    return till


def _rich(space: WireSpace) -> str:
    guest = new_id()
    good(space.grant(guest, 1000))
    return guest


@dataclass(frozen=True)
class MoneyPath:
    """One way in which the hub moves money: a call of a space, or a repair of the hub's own."""

    name: str
    at: dt.datetime
    call: Callable[[Till], Call] | None = None
    repair: Repair | None = None
    before: Callable[[Till], object] = lambda _till: None


def _post(space: WireSpace, path: str, content: dict[str, Any]) -> Call:
    return Call(space, "POST", path, dump_json(content), new_id())


def _put(space: WireSpace, path: str, content: dict[str, Any]) -> Call:
    return Call(space, "PUT", path, dump_json(content), "")


def _request(till: Till, *, credits: int, stays: int = 1) -> Call:
    guest, parts = new_id(), ("morning", "afternoon")
    if credits:
        good(till.nyc.grant(guest, credits))
    wanted = [till.nyc.stay()] if stays == 1 else [till.nyc.stay(part=part, price_credits=85) for part in parts]
    body = {"host": till.london.slug, "guest": guest, "twinning_id": till.terms["twinning_id"], "stays": wanted}
    return _put(till.nyc, f"/requests/{new_id()}", body)


def _cancel(name: str, by: str = "nyc") -> Callable[[Till], Call]:
    def call(till: Till) -> Call:
        return _post(getattr(till, by), f"/bookings/{till.stays[name]['id']}/cancel", {"pressed_at": till.nyc.now.isoformat()})

    return call


def _check_in(name: str, proof: str | None) -> Callable[[Till], Call]:
    def call(till: Till) -> Call:
        stay, at = till.stays[name], till.london.now.isoformat()
        record = till.london.record(stay, proof_sha256=proof)
        return _post(till.london, f"/bookings/{stay['id']}/check-in", {"at": at, "proof_sha256": proof, "record": record})

    return call


def _walk_in(name: str) -> Callable[[Till], Call]:
    def call(till: Till) -> Call:
        visit = {"id": new_id(), "home": till.nyc.slug, "host": till.london.slug, "on": THURSDAY.isoformat(), "part": "day"}
        record = till.london.record(visit, origin="walk_in", passport_ref=REFS[name])
        return _put(till.london, f"/visits/{visit['id']}", {"record": record})

    return call


def _grant(till: Till) -> Call:
    gift = {**example("grant"), "home": till.nyc.slug, "guest": new_id(), "credits": 300}
    return _put(till.nyc, f"/grants/{new_id()}", gift)


def _rsvp(till: Till) -> Call:
    return _put(till.nyc, f"/rsvps/{new_id()}", wish(till.nyc, till.sessions["rsvp"], _rich(till.nyc)))


def _step(name: str, step: str) -> Callable[[Till], Call]:
    def call(till: Till) -> Call:
        content = {"pressed_at": till.nyc.now.isoformat()} if step == "cancel" else {}
        return _post(till.nyc, f"/rsvps/{till.rsvps[name]['id']}/{step}", content)

    return call


def _received(name: str, proof: str | None) -> Callable[[Till], object]:
    def before(till: Till) -> None:
        till.hub.clock.set(NOON)
        good(till.london.check_in(till.stays[name], proof=proof))

    return before


def _walked_in(till: Till) -> None:
    """Somebody whose passport the hub learns of a moment later."""
    till.hub.clock.set(NOON)
    visit = good(till.london.walk_in(till.nyc, REFS["unknown"]))
    assert visit["payer"] == "undecided"
    good(till.nyc.announce_passport(REFS["unknown"], _rich(till.nyc)))


def _heard_of(till: Till) -> None:
    """The host has said since then that nothing waits."""
    till.hub.clock.set(EVENING)
    good(till.london.report())


PATHS = (
    MoneyPath("a stay is booked", MORNING, lambda till: _request(till, credits=1000)),
    MoneyPath("two stays are booked together", MORNING, lambda till: _request(till, credits=1000, stays=2)),
    MoneyPath("a stay is refused for want of credits", MORNING, lambda till: _request(till, credits=0)),
    MoneyPath("a stay is cancelled for nothing", MORNING, _cancel("cancel free")),
    MoneyPath("a stay is cancelled late", NOON, _cancel("cancel late")),
    MoneyPath("a host cancels a stay", NOON, _cancel("cancel by host", by="london")),
    MoneyPath("a guest is checked in with proof, and paid", NOON, _check_in("proof", PROOF)),
    MoneyPath("a guest is checked in by name, and claimed", NOON, _check_in("no proof", None)),
    MoneyPath("a stay is completed", EVENING, repair=stays.complete_stays, before=_received("complete", PROOF)),
    MoneyPath("no-shows are claimed", EVENING + DAY, repair=stays.claim_no_shows, before=_heard_of),
    MoneyPath("a silent claim is paid", NOON + 8 * DAY, repair=stays.post_silent_claims, before=_received("silent", None)),
    MoneyPath("credits are given", MORNING, _grant),
    MoneyPath("a lot lapses", NOON + 45 * DAY, repair=ledger.lapse),
    MoneyPath("a walk-in pays from the member's lots", NOON, _walk_in("walk-in")),
    MoneyPath("a walk-in is the home's hospitality", NOON, _walk_in("hospitality")),
    MoneyPath("the payer of a walk-in is found", NOON, repair=stays.settle_unknown_walk_ins, before=_walked_in),
    MoneyPath("a seat with a price is confirmed", MORNING, _rsvp),
    MoneyPath("a seat with a price is given up", MORNING, _step("rsvp cancel", "cancel")),
    MoneyPath("an offered seat is taken and paid for", MORNING, _step("offer", "accept")),
    MoneyPath("who had seats in a session pays", NOON + 8 * DAY, repair=seats.settle_sessions),
    MoneyPath("what was earned is set against what is owed", NOON, repair=ledger.roll_up, before=_received("proof", PROOF)),
)
