"""The hub's whole process group dies between commit and answer, or before either: the retry gets one booking and one answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from federation.bookings.models import Booking
from federation.credits import queries as ledger
from federation.db import db, read_only
from shared.ids import new_id
from shared.loader import dump_json
from shared.oauth import token_request
from tests.support.crashing import KillingProxy, Moment, ServedHub
from tests.support.wire_space import ISSUER, MORNING, WireHub, WireSpace, good


@dataclass
class Network:
    """A hub that can be served, a space that books, and what it wants."""

    hub: WireHub
    served: ServedHub
    nyc: WireSpace
    request_id: str
    content: bytes

    def token(self) -> str:
        """A fresh access token, from the served hub."""
        key = self.nyc.ring.active("client", self.nyc.now)
        form = token_request(key=key, client_id=self.nyc.slug, issuer=ISSUER)
        answer = requests.post(f"http://127.0.0.1:{self.served.port}/oauth/token", data=form, timeout=10)
        return str(answer.json()["access_token"])

    def ask(self, base: str, token: str) -> requests.Response:
        """Send the request, the same each time."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        where = f"{base}/fed/v1/requests/{self.request_id}"
        return requests.put(where, data=self.content, headers=headers, timeout=20)


@pytest.fixture
def network(hub_url: str, tmp_path: Path) -> Iterator[Network]:
    hub = WireHub(hub_url, tmp_path)
    london, nyc = hub.join("thecube-london"), hub.join("wecreate-nyc")
    terms = nyc.twin(london)
    good(london.offer(seats=1))
    guest = new_id()
    good(nyc.grant(guest, 150))
    wanted = {"host": london.slug, "guest": guest, "twinning_id": terms["twinning_id"], "stays": [nyc.stay()]}
    clock_file = tmp_path / "clock"
    clock_file.write_text(str((MORNING - datetime.now(UTC)).total_seconds()))
    env = {
        "DATA_DIR": str(tmp_path / "hub"),
        "DATABASE_URL": hub_url,
        "PUBLIC_URL": ISSUER,
        "DEMO": "yes",
        "CLOCK_FILE": str(clock_file),
    }
    served = ServedHub(env, tmp_path / "served.log")
    hub.close()
    served.start()
    yield Network(hub, served, nyc, new_id(), dump_json(wanted))
    served.kill()


def kept(network: Network) -> tuple[list[Any], list[str]]:
    """The states of all bookings, and what the ledger's audit finds wrong."""
    with network.hub.app.app_context():
        states = read_only(lambda: [str(row.state) for row in db.session.query(Booking)])()
        faults = read_only(lambda: [finding.code for finding in ledger.audit(db.session()) if finding.faults])()
        db.engine.dispose()
    return states, faults


@pytest.mark.parametrize(("moment", "replayed"), [("at the first byte of the answer", "true"), ("before the request", None)])
def test_a_retry_after_a_crash_gets_one_booking_and_one_answer(network: Network, moment: Moment, replayed: str | None) -> None:
    token = network.token()
    proxy = KillingProxy(network.served, moment)
    with pytest.raises(requests.ConnectionError):
        network.ask(proxy.address, token)
    proxy.close()
    network.served.start()
    base = f"http://127.0.0.1:{network.served.port}"
    first, second = network.ask(base, token), network.ask(base, token)
    assert first.status_code == second.status_code == 200
    assert first.headers.get("Idempotency-Replayed") == replayed
    assert second.headers["Idempotency-Replayed"] == "true"
    assert first.json() == second.json()
    assert first.json()["bookings"][0]["state"] == "confirmed"
    network.served.kill()
    assert kept(network) == (["confirmed"], [])
