"""A real hub in this process, and spaces as it sees them: real keys, real tokens, the wire's own bodies, no node behind."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from federation.app import create_app
from federation.config import Hub, HubSettings
from federation.db import FeedCounter, ReconcilerRun, db, read_only, transactional
from federation.operators import service as operators
from federation.recovery.api import Recovery
from federation.rsvps import reconcilers as rsvps
from federation.spaces import service as spaces
from federation.worker import RECONCILERS
from shared.clock import FixedClock, wall
from shared.ids import new_id
from shared.keys import jwk, jws, status_list
from shared.keys.key_set import build_key_set
from shared.keys.ring import KeyRing
from shared.loader import dump_json
from shared.messaging.feed import open_feed
from shared.messaging.reconcile import run_due
from shared.oauth import token_request
from shared.protocol.registry import example as wire_example
from shared.protocol.version import SEAL_HEADER

T = TypeVar("T")

ISSUER = "http://127.0.0.1:8000"
OPERATORS = ("first@sample.example", "second@sample.example")
USES = ("root", "client", "passport", "encryption", "signing")
THURSDAY = dt.date(2026, 11, 12)
MORNING = wall(THURSDAY - dt.timedelta(days=3), dt.time(9, 30), "Europe/London")
ZONES = {"thecube-london": "Europe/London", "wecreate-nyc": "America/New_York", "cowo-milano": "Europe/Rome"}
PROOF = "ab" * 32


def example(name: str) -> dict[str, Any]:
    """The example of a body, to be changed at will."""
    return dict(wire_example(name))


def slug_of(answer: TestResponse) -> tuple[int, str]:
    """Status and slug of a problem."""
    return answer.status_code, str(body(answer)["type"]).rpartition("/")[2]


def pointers(answer: TestResponse) -> list[str]:
    """Which fields an answer found fault with."""
    return [fault["pointer"] for fault in body(answer)["errors"]]


def body(answer: TestResponse) -> dict[str, Any]:
    """The JSON object of an answer."""
    found = answer.get_json(force=True)
    assert isinstance(found, dict), answer.text
    return found


def good(answer: TestResponse) -> dict[str, Any]:
    """The body of an answer that must be good."""
    assert answer.status_code in (200, 201), answer.text
    return body(answer)


class WireHub:
    """A hub on a given database, with two operators and a clock that stands still."""

    def __init__(self, url: str, folder: Path, clock: FixedClock | None = None, *, people: int = 2, **settings: Any) -> None:
        """Further settings are the hub's; `people` says how many operators run it."""
        self.folder, self.clock = folder, clock or FixedClock(MORNING)
        usual = {"bind": "127.0.0.1:8000", "demo": True, "public_url": ISSUER, "requests_a_minute": 60_000}
        home = folder / "hub"
        where = {"data_dir": home, "database_url": url, "secret_key_file": home / "secret_key"}
        self.app = create_app(HubSettings(**{**usual, **where, **settings}), clock=self.clock)
        self.app.testing = False
        self.run(lambda: open_feed(db.session(), FeedCounter, now=self.clock.now()))
        for email in OPERATORS[:people]:
            self.add_operator(email)

    @property
    def client(self) -> FlaskClient:
        """A new client, without a cookie."""
        return self.app.test_client()

    @property
    def hub(self) -> Hub:
        """Its settings, keys and charter."""
        hub: Hub = self.app.extensions["hub"]
        return hub

    def run(self, work: Callable[[], T]) -> T:
        """Run a command of the hub's in its own transaction."""
        with self.app.app_context():
            return transactional(work)()

    def command(self, work: Callable[[Session], T]) -> T:
        """Run a command of the hub's with its session."""
        return self.run(lambda: work(db.session()))

    def read(self, look: Callable[[Session], T]) -> T:
        """Look at what the hub holds."""
        with self.app.app_context():
            return read_only(lambda: look(db.session()))()

    def forget(self) -> None:
        """As if its process had just started: what it knew by heart of a recovery is gone."""
        self.app.extensions["twindesk-recovery"] = Recovery()

    def reconcile(self, *names: str, after: dt.timedelta = dt.timedelta(seconds=1)) -> dict[str, int]:
        """Run what is due (or only the reconcilers named) as the worker would; each must succeed. What each has changed."""
        self.clock.advance(after)
        chosen = [one for one in RECONCILERS if not names or one.name in names]
        assert len(chosen) >= len(names)
        with self.app.app_context():
            ran = run_due(db, ReconcilerRun, chosen, self.clock)
            rows = db.session.execute(sa.select(ReconcilerRun.name, ReconcilerRun.changed_count, ReconcilerRun.problem)).all()
        assert {row.name: row.problem for row in rows if row.problem} == {}
        return {row.name: row.changed_count for row in rows if row.name in ran}

    def tell_seats(self) -> int:
        """Tell of seats that moved, as the worker would; of how many sessions."""
        with self.app.app_context():
            return rsvps.tell_seats(self.clock)

    def serve_queues(self) -> int:
        """Serve who waits, and tell who has moved, as the worker would; in how many sessions."""
        with self.app.app_context():
            return rsvps.serve_queues(self.clock)

    def add_operator(self, email: str) -> None:
        """One more person who runs the network."""
        now = self.clock.now()
        self.run(lambda: operators.add_operator(db.session(), email=email, name="Sample", actor="test", now=now))

    def invite(self, slug: str) -> str:
        """The token of a fresh invite."""
        now = self.clock.now()
        return self.run(lambda: spaces.invite(db.session(), slug=slug, name=slug, actor=OPERATORS[0], now=now))

    def space(self, slug: str) -> "WireSpace":
        """A space with keys of its own that has not joined."""
        return WireSpace(self, slug, KeyRing(self.folder / slug))

    def join(self, slug: str, *, admit: bool = True) -> "WireSpace":
        """A space that has joined, passed its self-test and, if wanted, been admitted."""
        space = self.space(slug)
        good(space.apply(self.invite(slug)))
        good(space.call("POST", "/self/test", example("self-test")))
        if admit:
            self.admit(slug)
        return space

    def admit(self, slug: str) -> None:
        """Both operators say yes."""
        for email in OPERATORS:
            self.admit_as(email, slug)

    def admit_as(self, email: str, slug: str) -> Any:
        """One operator says yes."""
        active, now = self.hub.settings.active_limits, self.clock.now()
        return self.run(lambda: spaces.admit(db.session(), slug=slug, actor=email, active=active, now=now))

    def suspend(self, slug: str, reason: str = "It does not answer.") -> None:
        """Take a space out of action."""
        now = self.clock.now()
        self.run(lambda: spaces.suspend(db.session(), slug=slug, reason=reason, actor=OPERATORS[0], now=now))

    def reinstate(self, slug: str) -> None:
        """Put it back."""
        self.run(lambda: spaces.reinstate(db.session(), slug=slug, actor=OPERATORS[0], now=self.clock.now()))

    def close(self) -> None:
        """Let the database go."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


@dataclass
class WireSpace:
    """One space at its hub."""

    hub: WireHub
    slug: str
    ring: KeyRing
    token: str = ""
    revs: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for use in USES:
            self.ring.ensure(use, self.now)

    @property
    def now(self) -> dt.datetime:
        """The time at the hub."""
        return self.hub.clock.now()

    @property
    def zone(self) -> str:
        """Where it is."""
        return ZONES.get(self.slug, "Europe/Rome")

    @property
    def thumbprint(self) -> str:
        """The name of its root key."""
        return jwk.kid_of(self.ring.active("root", self.now))

    @property
    def profile(self) -> dict[str, Any]:
        """What it tells of itself."""
        return {**example("profile.updated")["profile"], "name": self.slug, "zone": self.zone}

    def application(self, **changes: Any) -> str:
        """What the root key signs to join."""
        service = good(self.hub.client.get("/fed/v1"))
        root = self.ring.active("root", self.now)
        payload = {
            "hub": ISSUER,
            "root_key": jwk.public_jwk(root),
            "key_set": build_key_set(self.ring, self.slug, 1, self.now),
            "profile": self.profile,
            "contact_email": "desk@sample.example",
            "charter_version": service["charter_version"],
            "charter_sha256": service["charter_sha256"],
            "accepted_by": "Sample Manager",
        }
        return jws.sign({**payload, **changes}, key=root, typ="application+jwt")

    def apply(self, invite: str, application: str | None = None) -> TestResponse:
        """Ask to join."""
        form = {"invite": invite, "application": application or self.application()}
        return self.hub.client.post("/fed/v1/applications", json=form)

    def new_token(self) -> str:
        """A fresh access token."""
        form = token_request(key=self.ring.active("client", self.now), client_id=self.slug, issuer=ISSUER)
        return str(good(self.hub.client.post("/oauth/token", data=form))["access_token"])

    def call(
        self, method: str, path: str, content: Any = None, *, key: str | None = None, raw: bytes | None = None, seal: str = ""
    ) -> TestResponse:
        """Call the hub with a token; POSTs carry an Idempotency-Key ("" for none). With a seal, it is told again."""
        self.token = self.token or self.new_token()
        headers = {"Authorization": f"Bearer {self.token}"}
        if method == "POST" and key != "":
            headers["Idempotency-Key"] = key or new_id()
        if seal:
            headers[SEAL_HEADER] = seal
        data = dump_json(content) if raw is None and content is not None else raw
        where = f"/fed/v1{path}"
        return self.hub.client.open(where, method=method, data=data, headers=headers, content_type="application/json")

    def sign(self, payload: dict[str, Any], typ: str, *, use: str = "signing") -> str:
        """Sign a document."""
        return jws.sign(payload, key=self.ring.active(use, self.now), typ=typ)

    def next_rev(self, name: str) -> int:
        """The next rev of something of its own."""
        self.revs[name] = self.revs.get(name, 0) + 1
        return self.revs[name]

    def hours(self, on: dt.date, opens: int = 9, noon: int = 13, closes: int = 18) -> dict[str, str]:
        """Opening hours of a day, in the space's zone."""
        named = {"opens_at": opens, "noon_at": noon, "closes_at": closes}
        return {name: wall(on, dt.time(hour), self.zone).isoformat() for name, hour in named.items()}

    def day(self, on: dt.date = THURSDAY, *, seats: int = 3, **changes: Any) -> dict[str, Any]:
        """What it offers on a day, 9 to 18 in its zone."""
        offer = {"on": on.isoformat(), "open": True, "morning_seats": seats, "afternoon_seats": seats}
        return {**offer, **self.hours(on), **changes}

    def offer(self, on: dt.date = THURSDAY, *, seats: int = 3, is_open: bool = True, **changes: Any) -> TestResponse:
        """Publish what it offers on a day."""
        days = [self.day(on, seats=seats, open=is_open, **changes)]
        return self.call("PUT", "/self/availability", {"rev": self.next_rev("availability"), "days": days})

    def terms(self, other: "WireSpace", *, offered: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
        """Terms that this space proposes to another: 150 a day and 85 a half, nothing set aside, if nothing else is `offered`."""
        pair = sorted((self.slug, other.slug))
        usual = {**example("terms")["offers"][0], "set_aside_seats": 0, **(offered or {})}
        offers = [{**usual, "host": slug} for slug in pair]
        roots = {self.slug: self.thumbprint, other.slug: other.thumbprint}
        names = {"twinning_id": new_id(), "spaces": pair, "root_thumbprints": roots, "proposer": self.slug}
        return {**example("terms"), **names, "offers": offers, **changes}

    def propose(self, terms: dict[str, Any]) -> TestResponse:
        """Send terms."""
        path = f"/twinnings/{terms['twinning_id']}/versions/{terms['version']}"
        return self.call("PUT", path, {"terms": self.sign(terms, "twinning-terms+jwt")})

    def agree(self, terms: dict[str, Any]) -> TestResponse:
        """Sign the other side's terms."""
        path = f"/twinnings/{terms['twinning_id']}/versions/{terms['version']}/consent"
        return self.call("POST", path, {"terms": self.sign(terms, "twinning-terms+jwt")})

    def twin(self, other: "WireSpace", *, offered: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
        """Propose terms and have the other side agree."""
        terms = self.terms(other, offered=offered, **changes)
        good(self.propose(terms))
        good(other.agree(terms))
        return terms

    def grant(self, guest: str, credits: int = 1000, **changes: Any) -> TestResponse:
        """Give a member of this space one lot."""
        gift = {**example("grant"), "home": self.slug, "guest": guest, "credits": credits, **changes}
        return self.call("PUT", f"/grants/{new_id()}", gift)

    def stay(self, **changes: Any) -> dict[str, Any]:
        """One wanted stay: on Thursday, all day."""
        wanted = {**example("stay-request")["stays"][0], "id": new_id(), "host_guest": new_id(), "on": THURSDAY.isoformat()}
        return {**wanted, **changes}

    def request(
        self, host: "WireSpace", terms: dict[str, Any], guest: str, *stays: dict[str, Any], request_id: str = "", **changes: Any
    ) -> TestResponse:
        """Ask for stays."""
        wanted = {"guest": guest, "twinning_id": terms["twinning_id"], "stays": list(stays) or [self.stay()]}
        return self.call("PUT", f"/requests/{request_id or new_id()}", {"host": host.slug, **wanted, **changes})

    def book(self, host: "WireSpace", terms: dict[str, Any], guest: str, **stay: Any) -> dict[str, Any]:
        """Ask for one stay, which must be confirmed."""
        [booking] = good(self.request(host, terms, guest, self.stay(**stay)))["bookings"]
        assert booking["state"] == "confirmed", booking
        return dict(booking)

    def cancel(self, booking: dict[str, Any], *, key: str | None = None) -> TestResponse:
        """Cancel a stay."""
        return self.call("POST", f"/bookings/{booking['id']}/cancel", {"pressed_at": self.now.isoformat()}, key=key)

    def record(self, booking: dict[str, Any], **changes: Any) -> str:
        """A signed visit record for a booking at this host."""
        said = {name: booking[name] for name in ("id", "home", "host", "on", "part")}
        said |= {"at": self.now.isoformat(), "origin": "booking", "proof_sha256": PROOF, "passport_ref": None, "offline": False}
        return self.sign({**said, **changes}, "visit+jwt")

    def check_in(
        self, booking: dict[str, Any], *, proof: str | None = PROOF, key: str | None = None, **changes: Any
    ) -> TestResponse:
        """Report that a guest has come."""
        record = self.record(booking, **{"proof_sha256": proof, **changes})
        report = {"at": changes.get("at", self.now.isoformat()), "proof_sha256": proof, "record": record}
        return self.call("POST", f"/bookings/{booking['id']}/check-in", report, key=key)

    def walk_in(self, home: "WireSpace", ref: str, *, visit_id: str = "", **changes: Any) -> TestResponse:
        """Report a guest whom nobody booked."""
        visit_id = visit_id or new_id()
        on = self.now.date().isoformat()
        booking = {"id": visit_id, "home": home.slug, "host": self.slug, "on": on, "part": "day"}
        record = self.record(booking, **{"origin": "walk_in", "passport_ref": ref, **changes})
        return self.call("PUT", f"/visits/{visit_id}", {"record": record})

    def announce_passport(self, ref: str, guest: str, **changes: Any) -> TestResponse:
        """Tell the hub which wallet stands behind a passport."""
        expires_at = (self.now + dt.timedelta(days=7)).isoformat()
        about = {"guest": guest, "expires_at": expires_at, "status_index": 7, "booking_id": None}
        return self.call("PUT", f"/self/passports/{ref}", {**about, **changes})

    def publish_status_list(self, statuses: status_list.StatusList | None = None, *, rev: int = 0) -> TestResponse:
        """Send the list of this space's passports."""
        rev = rev or self.next_rev("status-list")
        key = self.ring.active("passport", self.now)
        signed = status_list.sign(statuses or status_list.StatusList(), key, self.slug, self.now, rev)
        return self.call("PUT", "/self/status-list", {"rev": rev, "status_list": signed})

    def report(self, **changes: Any) -> TestResponse:
        """Acknowledge all news; by default with an empty outbox."""
        return self.call("PUT", "/self/cursor", {"cursor": self.cursor(), "outbox_oldest_at": None, **changes})

    def cursor(self) -> str:
        """Where the feed stands."""
        return str(good(self.call("GET", "/snapshot/spaces"))["cursor"])

    def snapshot(self, collection: str) -> dict[str, dict[str, Any]]:
        """A collection as it is: data by subject."""
        items = good(self.call("GET", f"/snapshot/{collection}"))["items"]
        return {item["subject"]: item["data"] for item in items}

    def news(self, since: str | None = None) -> tuple[list[dict[str, Any]], str]:
        """All feed items behind a cursor (none: where the feed stands), and the cursor to go on from."""
        page = good(self.call("GET", f"/changes?{urlencode({'since': since or self.cursor()})}"))
        return page["items"], page["cursor"]
