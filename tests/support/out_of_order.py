"""Spaces that take every step of the wire in any order: what they name is there, whatever state it is in and whosever it is."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from federation.credits import queries as ledger
from federation.db import Feed
from shared.access import audience_of
from shared.ids import new_id, sha256_hex
from shared.keys import status_list
from shared.keys.key_set import build_key_set
from shared.loader import dump_json
from shared.protocol.registry import example
from tests.support.endpoints import bodies
from tests.support.signed_documents import NOON
from tests.support.wire_asks import say, write
from tests.support.wire_events import add_session, invite, name_author, publish_event, put_format, reply
from tests.support.wire_seats import act, asked, check_counters, open_seats
from tests.support.wire_space import THURSDAY, WireHub, WireSpace, good

# How many of ten steps name something that never was; of those that make something, half.
UNKNOWN, NEW = 0.1, 0.5
# How many are of somebody who has a part in what they name.
OWN = 0.7
OUTSIDER = "outsider-roma"


@dataclass(frozen=True)
class Step:
    """A call as one space makes it, to be made again word for word."""

    caller: WireSpace
    endpoint: str
    method: str
    path: str
    content: Any
    named: tuple[str, ...]
    """The things that are named in the address and are others'."""
    key: str = field(default_factory=new_id)

    def take(self, caller: WireSpace | None = None) -> TestResponse:
        """Call."""
        path = self.path.removeprefix("/fed/v1")
        return (caller or self.caller).call(self.method, path, self.content, key=self.key)


class Town:
    """A hub, two twins, a third space that is a twin of one, and one that is nobody's; and a life that all of them had."""

    def __init__(self, hub: WireHub, seed: int) -> None:
        """Live it: the names of all that came of it are kept."""
        hub.clock.set(NOON)
        self.hub, self.lot = hub, random.Random(seed)
        slugs = ("wecreate-nyc", "thecube-london", "cowo-milano", OUTSIDER)
        self.home, self.host, self.third, self.outsider = (hub.join(slug) for slug in slugs)
        self.spaces = [self.home, self.host, self.third, self.outsider]
        self.names: dict[str, list[str]] = {}
        self.parties: dict[str, list[WireSpace]] = {}
        self.stays: dict[str, dict[str, Any]] = {}
        self.terms: dict[str, dict[str, Any]] = {}
        self._messages = bodies(hub.app)
        self._live()

    def rules(self) -> list[tuple[Rule, str]]:
        """Every call of a space, with its method."""
        return [
            (rule, method)
            for rule in self.hub.app.url_map.iter_rules()
            if audience_of(self.hub.app, rule.endpoint) == "space"
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        ]

    def step(self, rule: Rule, method: str, caller: WireSpace | None = None) -> Step:
        """One call, about things by lot."""
        named = {name: self._name(rule, name, method) for name in sorted(rule.arguments)}
        caller = caller or self._caller(named)
        _, path = rule.build(named, append_unknown=False) or (None, "")
        query = {"wire.get_changes": {"since": caller.cursor()}}.get(rule.endpoint)
        path += f"?{urlencode(query)}" if query else ""
        content = self._content(rule.endpoint, caller, named)
        known = tuple(name for name, value in named.items() if value in self.names.get(name, ()))
        return Step(caller, rule.endpoint, method, path, content, known)

    def wrong_counts(self) -> list[str]:
        """What the hub has counted otherwise than it is."""
        check_counters(self.hub)
        return self.hub.read(ledger.audit_faults)

    def told(self) -> int:
        """How many news there are."""
        return self.hub.read(lambda session: session.scalar(select(func.count()).select_from(Feed))) or 0

    def _caller(self, named: dict[str, Any]) -> WireSpace:
        own = [space for value in named.values() for space in self.parties.get(value, ())]
        return self.lot.choice(own if own and self.lot.random() < OWN else self.spaces)

    def _name(self, rule: Rule, name: str, method: str) -> Any:
        converter = rule._converters[name]
        if words := getattr(converter, "items", None):
            return self.lot.choice(sorted(words))
        makes = method == "PUT" and rule.rule.endswith(f"{name}>")
        if name.endswith("_id") and self.lot.random() < (NEW if makes else UNKNOWN):
            return new_id()
        # A name that is not there is one of something new, of which the life below has to make some.
        return converter.to_python(self.lot.choice(self.names[name]))

    def _content(self, endpoint: str, caller: WireSpace, named: dict[str, Any]) -> Any:
        if endpoint not in self._messages:
            return None
        whole = self._fitted(dict(example(self._messages[endpoint])), caller, moved=self.lot.random() < UNKNOWN)
        for field_name, make in SIGNED.items():
            if isinstance(whole.get(field_name), str) and whole[field_name].count(".") == 2:
                whole[field_name] = make(self, caller, named, whole)
        return whole

    def _fitted(self, value: Any, caller: WireSpace, name: str = "", *, moved: bool) -> Any:
        """A body with others by lot in the place of the things and spaces that it names, and other times where it is moved."""
        if isinstance(value, dict):
            return {key: self._fitted(inner, caller, key, moved=moved) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._fitted(inner, caller, name, moved=moved) for inner in value]
        other = value if name.endswith("_at") and not moved else self._other(name, caller)
        return other if type(other) is type(value) else value

    def _other(self, name: str, caller: WireSpace) -> Any:
        """Something of this name; None where one is as good as another."""
        if name in self.names:
            return self.lot.choice(self.names[name])
        if name.endswith("_at"):
            return (caller.now + dt.timedelta(hours=self.lot.choice((-48, -1, 0, 1, 48)))).isoformat()
        makers: dict[str, Callable[[], Any]] = {"id": new_id, "rev": lambda: self.lot.randint(1, 9), "cursor": caller.cursor}
        return makers[name]() if name in makers else None

    def _keep(self, *parties: WireSpace, **named: str) -> None:
        for name, value in named.items():
            self.names.setdefault(name, []).append(value)
            self.parties[value] = list(parties)

    def _live(self) -> None:
        """Stays, seats, agreements, formats, asks: of each one in every state that a day brings about."""
        slugs = [space.slug for space in self.spaces]
        self.names |= dict.fromkeys(("space", "partner", "home", "host"), slugs)
        self.names |= {"version": ["1", "2", "3"], "collection": ["bookings", "events", "rsvps", "wallets", "none"]}
        self.names |= {"guest": [new_id() for _ in range(3)], "code_sha256": ["a1" * 32, "b2" * 32], "ref": ["c3" * 32]}
        self.names |= {"grant_id": [new_id()], "request_id": [new_id()]}
        self._agree()
        self._stay()
        self._meet()
        self._ask()

    def _agree(self) -> None:
        active, other, proposed = self.home.twin(self.host), self.third.twin(self.host), self.home.terms(self.third)
        good(self.home.propose(proposed))
        self.terms = {terms["twinning_id"]: terms for terms in (active, other, proposed)}
        self._keep(self.home, self.host, twinning_id=active["twinning_id"])
        self._keep(self.third, self.host, twinning_id=other["twinning_id"])
        self._keep(self.home, self.third, twinning_id=proposed["twinning_id"])

    def _stay(self) -> None:
        active = self.terms[self.names["twinning_id"][0]]
        good(self.host.offer(seats=50))
        good(self.host.offer(THURSDAY + dt.timedelta(days=1), seats=50))
        made = []
        for number in range(6):
            guest, on = new_id(), THURSDAY + dt.timedelta(days=number % 2)
            good(self.home.grant(guest))
            made.append(self.home.book(self.host, active, guest, on=on.isoformat()))
        good(self.home.cancel(made[1]))
        good(self.host.cancel(made[3]))
        good(self.host.check_in(made[0]))
        visit_id = new_id()
        good(self.host.walk_in(self.home, self.names["ref"][0], visit_id=visit_id))
        self.stays = {one["id"]: one for one in made}
        for one in (*self.stays, visit_id):
            self._keep(self.home, self.host, booking_id=one, visit_id=one)
        erasure_id = new_id()
        forgotten = {"id": erasure_id, "guest": guest, "asked_at": self.home.now.isoformat()}
        good(self.home.call("POST", "/erasures", forgotten))
        self._keep(self.host, erasure_id=erasure_id)

    def _meet(self) -> None:
        wanted = open_seats(self.host, 1, waiting_list=True)
        approved = open_seats(self.host, 5, approval=True)
        seats = [asked(self.home, wanted), asked(self.third, wanted), asked(self.home, approved), asked(self.third, approved)]
        good(act(self.third, seats[3], "cancel"))
        event = publish_event(self.host)["id"]
        good(invite(self.host, event, self.home))
        good(reply(self.home, event, "accept"))
        good(invite(self.host, event, self.third))
        gone = add_session(self.host, publish_event(self.host)["id"])
        publish_event(self.host, gone["event_id"], state="cancelled")
        format_id = good(put_format(self.host))["id"]
        good(name_author(self.host, format_id, "Sample Author"))
        for session in (wanted, approved, gone):
            self._keep(self.host, session_id=session["id"], event_id=session["event_id"])
        self._keep(self.host, self.home, self.third, event_id=event)
        self._keep(self.host, format_id=format_id)
        for seat, space in zip(seats, (self.home, self.third) * 2, strict=True):
            self._keep(space, self.host, rsvp_id=seat["id"])

    def _ask(self) -> None:
        for state in ("open", "closed"):
            ask_id, introduction_id = new_id(), new_id()
            good(say(self.home, ask_id))
            good(write(self.host, ask_id, introduction_id))
            if state == "closed":
                good(say(self.home, ask_id, rev=2, state="closed"))
            self._keep(self.home, self.host, ask_id=ask_id, introduction_id=introduction_id)


def _record(town: Town, caller: WireSpace, named: dict[str, Any], whole: dict[str, Any]) -> str:
    stay = town.stays.get(named.get("booking_id", "")) or town.lot.choice(list(town.stays.values()))
    if "visit_id" in named:
        here = {"host": caller.slug, "home": town.lot.choice(town.names["home"]), "on": THURSDAY.isoformat()}
        return caller.record(
            {**stay, **here, "id": named["visit_id"]}, origin="walk_in", passport_ref=sha256_hex(dump_json(named))
        )
    whole["at"] = caller.now.isoformat()
    return caller.record({**stay, "host": caller.slug}, proof_sha256=whole["proof_sha256"])


def _terms(town: Town, caller: WireSpace, named: dict[str, Any], _whole: Any) -> str:
    held = town.terms.get(named["twinning_id"]) or town.lot.choice(list(town.terms.values()))
    said = {**held, "version": named["version"], "proposer": town.lot.choice([caller.slug, held["proposer"]])}
    if named["version"] > 1:
        said["prev_hash"] = sha256_hex(dump_json(held))
    return caller.sign(said, "twinning-terms+jwt")


def _key_set(_town: Town, caller: WireSpace, _named: Any, whole: dict[str, Any]) -> str:
    return build_key_set(caller.ring, caller.slug, whole["rev"], caller.now)


def _status_list(_town: Town, caller: WireSpace, _named: Any, whole: dict[str, Any]) -> str:
    key = caller.ring.active("passport", caller.now)
    return status_list.sign(status_list.StatusList(), key, caller.slug, caller.now, whole["rev"])


SIGNED: dict[str, Callable[[Town, WireSpace, dict[str, Any], dict[str, Any]], str]] = {
    "record": _record,
    "terms": _terms,
    "key_set": _key_set,
    "status_list": _status_list,
}
