"""A hub that is killed at one point of a path on which it moves money, started again, and asked the same again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from federation.bookings.models import Booking, CommonSeats, GuestDays, SetAsideSeats
from federation.credits import queries as ledger
from federation.credits.models import CreditLimit, JournalEntry, LedgerHead, Lot, Transfer, Wallet
from federation.db import Answer, Feed, FeedCounter, db
from federation.rsvps import queries as seats
from federation.rsvps.models import Rsvp, SeatPool
from shared.messaging.feed import number_leftovers
from tests.support.databases import DATABASES, Engine, dispose_engines, fresh_database
from tests.support.dying import Died, Moment, Mortal, Step
from tests.support.simulation.chance import seeded
from tests.support.till import Call, MoneyPath, found
from tests.support.wire_space import WireHub, good

End = dict[str, list[tuple[Any, ...]]]
# What one path may be compared by: everything that counts, but ids that are made anew and instants.
KEPT: dict[Any, tuple[str, ...]] = {
    Booking: ("id", "state", "rev", "charged_credits", "claim_credits", "payer", "morning_seat", "afternoon_seat", "reason"),
    Rsvp: ("id", "state", "rev", "party", "charged_credits", "reason"),
    SeatPool: ("session_id", "name", "taken", "held", "waiting"),
    CommonSeats: ("host", "on", "half", "taken"),
    SetAsideSeats: ("host", "on", "half", "taken"),
    GuestDays: ("guest", "month", "taken"),
    Wallet: ("guest", "rev"),
    Lot: ("guest", "credits", "held", "spent", "lapsed", "expires_on"),
    Transfer: ("booking_id", "kind", "state", "guest", "credits", "posted_credits", "seq"),
    CreditLimit: ("issuer", "host", "exposure_credits"),
    JournalEntry: ("kind", "leg", "credits"),
    LedgerHead: ("next_seq", "rolled_seq"),
    Feed: ("audience", "type", "subject", "rev", "seq"),
    Answer: ("scope", "key", "status"),
}


class KillingGround:
    """The hub of a till, as often put back to what was founded as there are points at which it is to die."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        """Found it once."""
        self._folder = folder
        url = fresh_database("federation", engine, folder, keep=True)
        founded = WireHub(url, folder)
        self._till = found(founded)
        founded.close()
        dispose_engines()
        copies = folder / "copies"
        copies.mkdir()
        self._copy = DATABASES.copy_of(url, engine, copies)
        self._copy.put_back()
        self.hub = WireHub(self._copy.url, folder, people=0)
        with self.hub.app.app_context():
            self.process = Mortal("hub", db.engine)

    def points(self, path: MoneyPath) -> tuple[list[Step], End]:
        """Every point of a path at which the hub can die, and how the path ends if it does not."""
        points: list[Step] = []

        def is_here(step: Step, moment: Moment) -> bool:
            points.extend([step] * _is_a_point(step, moment))
            return False

        with self._ready(path) as call:
            self.process.doom(is_here)
            self._take(path, call)
            self.process.doom(None)
            return points, self._end()

    def killed_at(self, path: MoneyPath, number: int) -> tuple[End, list[str]]:
        """How a path ends, and what is wrong then, when the hub dies at its n-th point, is started, and asked the same again."""
        left = number

        def is_here(step: Step, moment: Moment) -> bool:
            nonlocal left
            left -= _is_a_point(step, moment)
            return left < 0

        with self._ready(path) as call:
            self.process.doom(is_here)
            with pytest.raises(Died):
                self._take(path, call)
            self.process.start()
            self._take(path, call)
            return self._end(), self.hub.read(_faults)

    @contextmanager
    def _ready(self, path: MoneyPath) -> Iterator[Call | None]:
        """What was founded, at the moment at which a path is taken; the call that takes it, the same each time."""
        dispose_engines()
        self._copy.put_back()
        self.process.start()
        self.hub.forget()
        with seeded(path.name):
            till = self._till.again(self.hub)
            path.before(till)
            self.hub.clock.set(path.at)
            yield path.call(till) if path.call else None

    def _take(self, path: MoneyPath, call: Call | None) -> None:
        if call is not None:
            good(call.space.call(call.method, call.path, raw=call.content, key=call.key))
        elif path.repair is not None:
            repair = path.repair
            self.hub.command(lambda session: repair(session, self.hub.clock.now()))

    def _end(self) -> End:
        """All that counts, once the worker has done what an edge may have died before doing."""
        self.hub.reconcile("number the ledger")
        with self.hub.app.app_context():
            number_leftovers(db, Feed, FeedCounter)
        return self.hub.read(_rows)


def _is_a_point(step: Step, moment: Moment) -> bool:
    """What lies behind a statement lies before the next; behind a commit everything is another."""
    return moment == "before" or step.is_commit


def _rows(session: Session) -> End:
    return {
        table.__tablename__: sorted(map(tuple, session.execute(sa.select(*(getattr(table, name) for name in names)))), key=str)
        for table, names in KEPT.items()
    }


def _faults(session: Session) -> list[str]:
    return [*ledger.audit_faults(session), *map(str, seats.miscounted(session))]
