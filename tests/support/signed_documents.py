"""Every document that a call to a hub carries, good and ready to be sent, each by whom it concerns."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from joserfc.jwk import ECKey
from werkzeug.test import TestResponse

from shared.clock import wall
from shared.ids import new_id
from shared.keys import b64, status_list
from shared.keys.key_set import build_key_set
from shared.keys.ring import KeyRing
from tests.support.forged_documents import loose_token
from tests.support.wire_space import PROOF, THURSDAY, WireHub, WireSpace, good

NOON = wall(THURSDAY, dt.time(12), "Europe/London")


@dataclass(frozen=True)
class Document:
    """A good document, the key of its signer, and the call that carries it, or another in its place."""

    good: str
    signer: WireSpace
    key: ECKey
    send: Callable[[str], TestResponse]

    @property
    def payload(self) -> dict[str, Any]:
        """What it says."""
        return dict(json.loads(b64.decode(self.good.split(".")[1])))

    def saying(self, payload: Any, by: ECKey | None = None, **header: Any) -> str:
        """Another payload, under a signature that holds: of its signer, or of another key."""
        kind = json.loads(b64.decode(self.good.split(".")[0]))
        said = json.dumps(payload).encode("utf-8", "surrogatepass")
        return loose_token({**kind, **header}, said, by or self.key)


class Stage:
    """It is Thursday noon; a home and a host that are twins, and a third space which is nobody's yet."""

    def __init__(self, hub: WireHub) -> None:
        """Found it on a hub without spaces."""
        hub.clock.set(NOON)
        self.hub = hub
        self.home, self.host, self.third = (hub.join(slug) for slug in ("wecreate-nyc", "thecube-london", "cowo-milano"))
        self.terms = self.home.twin(self.host)
        good(self.host.offer(seats=400))
        self._numbers = count(1)

    def application(self) -> Document:
        """What a new root key signs to join."""
        newcomer, invite = self._newcomer()

        def send(text: str) -> TestResponse:
            return self.hub.client.post("/fed/v1/applications", json={"invite": invite, "application": text})

        return Document(newcomer.application(), newcomer, newcomer.ring.active("root", newcomer.now), send)

    def first_key_set(self) -> Document:
        """The key set inside of it."""
        newcomer, invite = self._newcomer()
        text = build_key_set(newcomer.ring, newcomer.slug, 1, newcomer.now)
        key = newcomer.ring.active("root", newcomer.now)
        return Document(text, newcomer, key, lambda text: newcomer.apply(invite, newcomer.application(key_set=text)))

    def key_set(self) -> Document:
        """A later one."""
        space, rev = self.home, 1 + self.home.next_rev("keys")
        text, key = build_key_set(space.ring, space.slug, rev, space.now), space.ring.active("root", space.now)
        return Document(text, space, key, lambda text: space.call("PUT", "/self/keys", {"rev": rev, "key_set": text}))

    def status_list(self) -> Document:
        """A list of revoked passports."""
        space, rev = self.home, self.home.next_rev("status-list")
        key = space.ring.active("passport", space.now)
        text = status_list.sign(status_list.StatusList(), key, space.slug, space.now, rev)
        return Document(text, space, key, lambda text: space.call("PUT", "/self/status-list", {"rev": rev, "status_list": text}))

    def proposal(self) -> Document:
        """Terms that a space proposes."""
        return _of_terms(self.home, self.home.terms(self.third))

    def consent(self) -> Document:
        """The same, signed by the other: one that has no twin yet."""
        space = self.hub.join(f"newcomer-{next(self._numbers)}")
        terms = self.home.terms(space)
        good(self.home.propose(terms))
        return _of_terms(space, terms)

    def check_in(self) -> Document:
        """A record of a guest who was expected."""
        guest, host = new_id(), self.host
        good(self.home.grant(guest))
        booking = self.home.book(host, self.terms, guest)
        report = {"at": host.now.isoformat(), "proof_sha256": PROOF}
        path, key = f"/bookings/{booking['id']}/check-in", host.ring.active("signing", host.now)
        return Document(host.record(booking), host, key, lambda text: host.call("POST", path, {**report, "record": text}))

    def walk_in(self) -> Document:
        """A record of one who was not."""
        host, visit_id = self.host, new_id()
        about = {"id": visit_id, "home": self.home.slug, "host": host.slug, "on": THURSDAY.isoformat(), "part": "day"}
        text = host.record(about, origin="walk_in", passport_ref=f"{next(self._numbers):064x}")
        key = host.ring.active("signing", host.now)
        return Document(text, host, key, lambda text: host.call("PUT", f"/visits/{visit_id}", {"record": text}))

    def _newcomer(self) -> tuple[WireSpace, str]:
        slug = f"newcomer-{next(self._numbers)}"
        return self.hub.space(slug), self.hub.invite(slug)


# By the call that carries it, and the place in the call's body.
DOCUMENTS: dict[tuple[str, str], Callable[[Stage], Document]] = {
    ("oauth.post_application", "/application"): Stage.application,
    ("oauth.post_application", "/application/key_set"): Stage.first_key_set,
    ("trust.put_keys", "/key_set"): Stage.key_set,
    ("twinnings.put_status_list", "/status_list"): Stage.status_list,
    ("twinnings.put_version", "/terms"): Stage.proposal,
    ("twinnings.post_consent", "/terms"): Stage.consent,
    ("bookings.check_in", "/record"): Stage.check_in,
    ("bookings.put_visit", "/record"): Stage.walk_in,
}


def _of_terms(space: WireSpace, terms: dict[str, Any]) -> Document:
    path = f"/twinnings/{terms['twinning_id']}/versions/{terms['version']}"
    how, path = ("PUT", path) if space.slug == terms["proposer"] else ("POST", f"{path}/consent")
    key, text = space.ring.active("signing", space.now), space.sign(terms, "twinning-terms+jwt")
    return Document(text, space, key, lambda text: space.call(how, path, {"terms": text}))


def keys_of_others(document: Document, other: WireSpace) -> dict[str, ECKey]:
    """Keys that are somebody's, but not for this: the hub's, another space's, and all others of the signer's own."""
    signer, hub = document.signer, document.signer.hub.hub
    now = signer.now
    found = {f"the hub's key for {use}": hub.ring.active(use, now) for use in ("signing", "token")}

    def all_of(ring: KeyRing, whose: str) -> dict[str, ECKey]:
        uses = ("root", "client", "passport", "encryption", "signing")
        return {f"{whose} key for {use}": ring.active(use, now) for use in uses}

    found |= {**all_of(other.ring, "another space's"), **all_of(signer.ring, "its own")}
    return {name: key for name, key in found.items() if key.thumbprint() != document.key.thumbprint()}
