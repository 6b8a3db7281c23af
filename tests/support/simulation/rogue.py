"""A space that was admitted like any other and then does whatever it likes, with a good token of its own."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select

from federation.bookings.models import Booking
from federation.rsvps.models import Rsvp
from shared.errors import Refusal
from shared.http import Answer
from shared.ids import new_id
from shared.keys import jws
from shared.loader import dump_json
from shared.messaging.feed_reader import News
from shared.messaging.news import read_item, read_page
from shared.protocol.registry import example
from shared.protocol.version import BASE_PATH
from space_node.uplink.service import hub_session
from tests.support.dying import looked_at
from tests.support.guests import HOME, HOST
from tests.support.simulation.town import ROGUE, Town

Deeds = Mapping[Callable[[], None], int]
REFUSED = range(400, 500)
WORD_IS_GOOD = dt.timedelta(seconds=60)


class Rogue:
    """It knows every id there is, hears what goes over the wire, and is believed in nothing that is not its own."""

    def __init__(self, town: Town) -> None:
        """It is active, and a twin of the host's."""
        self.town = town
        self._cursor = ""

    @property
    def deeds(self) -> Deeds:
        """What it tries, and how often compared with the rest."""
        return {
            self.cancel_a_stay: 2,
            self.look_at_a_stay: 1,
            self.receive_a_guest: 1,
            self.take_an_id: 1,
            self.meddle_with_a_place: 2,
            self.report_a_walk_in: 1,
            self.speak_as_another: 2,
            self.listen: 2,
        }

    def cancel_a_stay(self) -> None:
        """Somebody else's."""
        if stay := self._stay():
            self._must_be_refused("POST", f"/bookings/{stay.id}/cancel", {"pressed_at": self._now, "note": ""})

    def look_at_a_stay(self) -> None:
        """Somebody else's."""
        if stay := self._stay():
            self._must_be_refused("GET", f"/bookings/{stay.id}")

    def receive_a_guest(self) -> None:
        """Say that a guest is here who is somewhere else, and be paid."""
        if stay := self._stay():
            said = {"id": stay.id, "home": stay.home, "on": stay.on.isoformat(), "part": str(stay.part)}
            record = self._record(**said, origin="booking", passport_ref=None)
            self._must_be_refused(
                "POST", f"/bookings/{stay.id}/check-in", {"at": self._now, "proof_sha256": None, "record": record}
            )

    def take_an_id(self) -> None:
        """Ask for a stay under the id of another's."""
        if stay := self._stay():
            usual: Any = example("stay-request")
            wanted = {**usual["stays"][0], "id": stay.id, "on": stay.on.isoformat()}
            body = {"host": HOST, "guest": new_id(), "twinning_id": stay.twinning_id, "stays": [wanted]}
            self._must_be_refused("PUT", f"/requests/{new_id()}", body)

    def meddle_with_a_place(self) -> None:
        """Give it up, leave it, or let somebody in."""
        places = self._rows(Rsvp, Rsvp.home != ROGUE)
        if places:
            place, step = self.town.dice.choice(places), self.town.dice.choice(("cancel", "decline", "reject", "attendance"))
            bodies: dict[str, dict[str, Any]] = {
                "cancel": {"pressed_at": self._now, "note": ""},
                "attendance": {"came": True, "at": self._now},
            }
            self._must_be_refused("POST", f"/rsvps/{place.id}/{step}", bodies.get(step, {}))

    def report_a_walk_in(self) -> None:
        """Of a space with which it has no agreement."""
        visit_id, today = new_id(), self.town.clock.now().date().isoformat()
        record = self._record(id=visit_id, home=HOME, on=today, part="day", origin="walk_in", passport_ref="ab" * 32)
        self._must_be_refused("PUT", f"/visits/{visit_id}", {"record": record})

    def speak_as_another(self) -> None:
        """With the signed words by which another space got its token, heard on the way."""
        # What is older is over by the real time in which it was signed, which hardly moves here.
        since = self.town.clock.now() - WORD_IS_GOOD
        heard = [call for at, call in self.town.wire.heard if call.sender != ROGUE and at >= since]
        if heard:
            call = self.town.dice.choice(heard)
            self._judge(lambda: self.town.links[ROGUE].request("POST", call.url, body=call.body, headers=call.headers), call.path)

    def listen(self) -> None:
        """Read the news; none of it may be about others."""

        def read() -> Answer:
            if not self._cursor:
                self._cursor = str(hub_session().get(f"{BASE_PATH}/snapshot/spaces")["cursor"])
            return hub_session().request("GET", f"{BASE_PATH}/changes?{urlencode({'since': self._cursor})}")

        answer = self._asked(read)
        if answer is not None and answer.status == 200:
            page = read_page(answer)
            self._cursor = page.cursor
            for news in map(read_item, page.items):
                self._must_be_ours(news)
        elif answer is not None:
            self._cursor = ""

    @property
    def _now(self) -> str:
        return self.town.clock.now().isoformat()

    def _must_be_ours(self, news: News) -> None:
        private = news.type in ("booking.updated", "rsvp.updated", "wallet.updated", "brief.updated")
        if private and ROGUE not in (news.data.get("home"), news.data.get("host")):
            self.town.wire.faults.append(f"{ROGUE} was told of {news.subject}")

    def _record(self, **said: Any) -> str:
        payload = {"host": ROGUE, "at": self._now, "proof_sha256": None, "offline": False, **said}
        key = self.town.rogue.node.ring.active("signing", self.town.clock.now())
        return jws.sign(payload, key=key, typ="visit+jwt")

    def _must_be_refused(self, method: str, path: str, body: dict[str, Any] | None = None) -> None:
        headers = {"Content-Type": "application/json", **({"Idempotency-Key": new_id()} if method == "POST" else {})}
        content = None if body is None else dump_json(body)
        self._judge(
            lambda: hub_session().request(method, f"{BASE_PATH}{path}", body=content, headers=headers), f"{method} {path}"
        )

    def _judge(self, ask: Callable[[], Answer], what: str) -> None:
        answer = self._asked(ask)
        if answer is not None and answer.status < REFUSED.start:
            self.town.wire.faults.append(f"{ROGUE} was let {what}: {answer.body[:120]!r}")

    def _asked(self, ask: Callable[[], Answer]) -> Answer | None:
        try:
            return self.town.rogue.do(ask)
        except Refusal:
            return None

    def _stay(self) -> Booking | None:
        stays = self._rows(Booking, Booking.home != ROGUE)
        return self.town.dice.choice(stays) if stays else None

    def _rows(self, table: Any, *where: Any) -> list[Any]:
        with looked_at(self.town.hub):
            return self.town.network.hub.look(
                lambda session: list(session.scalars(select(table).where(*where).order_by(table.id)))
            )
