"""A real hub in this process, and spaces as it sees them: real keys, real tokens, the wire's own bodies, no node behind."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from federation.app import create_app
from federation.config import HubSettings
from federation.db import FeedCounter, db, transactional
from federation.operators import service as operators
from federation.spaces import service as spaces
from shared.clock import FixedClock, wall
from shared.ids import new_id
from shared.keys import jwk, jws, status_list
from shared.keys.key_set import build_key_set
from shared.keys.ring import KeyRing
from shared.loader import dump_json
from shared.messaging.feed import open_feed
from shared.messaging.reconcile import run_due
from shared.oauth import token_request
from shared.protocol.registry import example

ISSUER = "http://127.0.0.1:8000"
OPERATORS = ("first@sample.example", "second@sample.example")
THURSDAY = dt.date(2026, 11, 12)
MORNING = wall(THURSDAY - dt.timedelta(days=3), dt.time(9, 30), "Europe/London")
ZONES = {"thecube-london": "Europe/London", "wecreate-nyc": "America/New_York", "cowo-milano": "Europe/Rome"}


class WireHub:
    """A hub on a given database, with two operators and a clock that stands still."""

    def __init__(self, url: str, folder: Path, clock: FixedClock | None = None) -> None:
        self.folder, self.clock = folder, clock or FixedClock(MORNING)
        settings = HubSettings(data_dir=folder / "hub", database_url=url, bind="127.0.0.1:8000", demo=True,
                               secret_key_file=folder / "hub" / "secret_key", public_url=ISSUER)  # fmt: skip
        self.app = create_app(settings, clock=self.clock)
        self.client: FlaskClient = self.app.test_client()
        self.run(lambda: open_feed(db.session(), FeedCounter, now=self.clock.now()))
        for email in OPERATORS:
            self.run(lambda email=email: operators.add_operator(
                db.session(), email=email, name="Sample", actor="test", now=self.clock.now()))  # fmt: skip

    def run(self, work: Any) -> Any:
        """Run a command of the hub's in its own transaction."""
        with self.app.app_context():
            return transactional(work)()

    def reconcile(self) -> None:
        """Run every reconciler once, as the worker would; each must succeed."""
        from federation.db import ReconcilerRun
        from federation.worker import RECONCILERS

        self.clock.advance(dt.timedelta(seconds=1))
        with self.app.app_context():
            run_due(db, ReconcilerRun, RECONCILERS, self.clock)
            failed = [row.name for row in db.session.query(ReconcilerRun).all() if row.ok is False]
        assert failed == []

    def invite(self, slug: str) -> str:
        """The token of a fresh invite."""
        return self.run(lambda: spaces.invite(db.session(), slug=slug, name=slug, actor=OPERATORS[0], now=self.clock.now()))

    def join(self, slug: str, *, admit: bool = True) -> "WireSpace":
        """A space that has joined, passed its self-test and, if wanted, been admitted."""
        space = WireSpace(self, slug, KeyRing(self.folder / slug))
        answer = space.apply(self.invite(slug))
        assert answer.status_code == 201, answer.text
        assert space.call("POST", "/self/test", example("self-test")).status_code == 200
        if admit:
            self.admit(slug)
        return space

    def admit(self, slug: str) -> None:
        """Both operators say yes."""
        active = self.app.extensions["hub"].settings.active_limits
        for email in OPERATORS:
            self.run(lambda email=email: spaces.admit(
                db.session(), slug=slug, actor=email, active=active, now=self.clock.now()))  # fmt: skip

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
        for use in ("root", "client", "passport", "encryption", "signing"):
            self.ring.ensure(use, self.now)

    @property
    def now(self) -> dt.datetime:
        return self.hub.clock.now()

    @property
    def thumbprint(self) -> str:
        return jwk.kid_of(self.ring.active("root", self.now))

    @property
    def profile(self) -> dict[str, Any]:
        return {**example("profile.updated")["profile"], "name": self.slug, "zone": ZONES.get(self.slug, "Europe/Rome")}

    def application(self, **changes: Any) -> str:
        """What the root key signs to join."""
        service = self.hub.client.get("/fed/v1").json
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
        body = {"invite": invite, "application": application or self.application()}
        return self.hub.client.post("/fed/v1/applications", json=body)

    def new_token(self) -> str:
        form = token_request(key=self.ring.active("client", self.now), client_id=self.slug, issuer=ISSUER)
        answer = self.hub.client.post("/oauth/token", data=form)
        assert answer.status_code == 200, answer.text
        return str(answer.json["access_token"])

    def call(self, method: str, path: str, body: Any = None, *, key: str | None = None, raw: bytes | None = None) -> TestResponse:
        """Call the hub with a token; POSTs carry an Idempotency-Key."""
        self.token = self.token or self.new_token()
        headers = {"Authorization": f"Bearer {self.token}"}
        if method == "POST":
            headers["Idempotency-Key"] = key or new_id()
        data = raw if raw is not None else (None if body is None else dump_json(body))
        return self.hub.client.open(f"/fed/v1{path}", method=method, data=data, headers=headers, content_type="application/json")

    def sign(self, payload: dict[str, Any], typ: str) -> str:
        return jws.sign(payload, key=self.ring.active("signing", self.now), typ=typ)

    def next_rev(self, name: str) -> int:
        self.revs[name] = self.revs.get(name, 0) + 1
        return self.revs[name]

    def offer(self, on: dt.date = THURSDAY, *, seats: int = 3, is_open: bool = True) -> TestResponse:
        """Offer seats on a day, 9 to 18 in the space's zone."""
        zone = self.profile["zone"]
        instants = {name: wall(on, dt.time(hour), zone).isoformat() for name, hour in (("opens_at", 9), ("noon_at", 13), ("closes_at", 18))}
        day = {"on": on.isoformat(), "open": is_open, "morning_seats": seats, "afternoon_seats": seats, **instants}
        return self.call("PUT", "/self/availability", {"rev": self.next_rev("availability"), "days": [day]})

    def terms(self, other: "WireSpace", **changes: Any) -> dict[str, Any]:
        """Terms that this space proposes to another."""
        pair = sorted((self.slug, other.slug))
        offers = [{**example("terms")["offers"][0], "host": slug, "set_aside_seats": 0} for slug in pair]
        roots = {self.slug: self.thumbprint, other.slug: other.thumbprint}
        base = {**example("terms"), "twinning_id": new_id(), "spaces": pair, "root_thumbprints": roots, "proposer": self.slug}
        return {**base, "offers": offers, **changes}

    def twin(self, other: "WireSpace", **changes: Any) -> dict[str, Any]:
        """Propose terms and have the other side agree."""
        terms = self.terms(other, **changes)
        path = f"/twinnings/{terms['twinning_id']}/versions/{terms['version']}"
        proposed = self.call("PUT", path, {"terms": self.sign(terms, "twinning-terms+jwt")})
        assert proposed.status_code == 200, proposed.text
        agreed = other.call("POST", f"{path}/consent", {"terms": other.sign(terms, "twinning-terms+jwt")})
        assert agreed.status_code == 200, agreed.text
        return terms

    def grant(self, guest: str, credits: int = 1000, **changes: Any) -> TestResponse:
        """Give a member of this space one lot."""
        body = {**example("grant"), "home": self.slug, "guest": guest, "credits": credits, **changes}
        return self.call("PUT", f"/grants/{new_id()}", body)

    def stay(self, **changes: Any) -> dict[str, Any]:
        """One wanted stay."""
        wanted = {**example("stay-request")["stays"][0], "id": new_id(), "host_guest": new_id(), "on": THURSDAY.isoformat()}
        return {**wanted, **changes}

    def request(self, host: "WireSpace", terms: dict[str, Any], guest: str, *stays: dict[str, Any], request_id: str = "") -> TestResponse:
        """Ask for stays."""
        body = {"host": host.slug, "guest": guest, "twinning_id": terms["twinning_id"], "stays": list(stays) or [self.stay()]}
        return self.call("PUT", f"/requests/{request_id or new_id()}", body)

    def record(self, booking: dict[str, Any], **changes: Any) -> str:
        """A signed visit record for a booking at this host."""
        names = ("id", "home", "host", "on", "part")
        payload = {name: booking[name] for name in names}
        payload |= {"at": self.now.isoformat(), "origin": "booking", "proof_sha256": "ab" * 32, "passport_ref": None, "offline": False}
        return self.sign({**payload, **changes}, "visit+jwt")

    def check_in(self, booking: dict[str, Any], *, proof: str | None = "ab" * 32, key: str | None = None, **changes: Any) -> TestResponse:
        """Report that a guest has come."""
        record = self.record(booking, proof_sha256=proof, **changes)
        body = {"at": self.now.isoformat(), "proof_sha256": proof, "record": record}
        return self.call("POST", f"/bookings/{booking['id']}/check-in", body, key=key)

    def walk_in(self, home: "WireSpace", ref: str, *, visit_id: str = "", **changes: Any) -> TestResponse:
        """Report a guest whom nobody booked."""
        visit_id = visit_id or new_id()
        on = self.now.date().isoformat()
        booking = {"id": visit_id, "home": home.slug, "host": self.slug, "on": on, "part": "day"}
        record = self.record(booking, origin="walk_in", passport_ref=ref, **changes)
        return self.call("PUT", f"/visits/{visit_id}", {"record": record})

    def announce_passport(self, ref: str, guest: str) -> TestResponse:
        """Tell the hub which wallet stands behind a passport."""
        expires_at = (self.now + dt.timedelta(days=7)).isoformat()
        body = {"guest": guest, "expires_at": expires_at, "status_index": 7, "booking_id": None}
        return self.call("PUT", f"/self/passports/{ref}", body)

    def publish_status_list(self, statuses: status_list.StatusList | None = None) -> TestResponse:
        """Send the list of this space's passports."""
        rev = self.next_rev("status-list")
        key = self.ring.active("passport", self.now)
        signed = status_list.sign(statuses or status_list.StatusList(), key, self.slug, self.now, rev)
        return self.call("PUT", "/self/status-list", {"rev": rev, "status_list": signed})

    def news(self, since: str | None = None) -> tuple[list[dict[str, Any]], str]:
        """All feed items behind a cursor (none: from a snapshot's), and the cursor to go on from."""
        cursor = since or self.call("GET", "/snapshot/spaces").json["cursor"]
        page = self.call("GET", f"/changes?{urlencode({'since': cursor})}").json
        return page["items"], page["cursor"]
