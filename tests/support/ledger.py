"""A hub's ledger for tests: three spaces, a clock, and every movement as one command of its own."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from flask import Flask

from federation.credits import queries, service
from federation.credits.models import Lot, Transfer
from federation.db import FeedCounter, db, read_only, transactional
from federation.spaces.models import Space
from shared.clock import FixedClock
from shared.ids import new_id
from shared.messaging.feed import open_feed
from shared.protocol.states import LotKind, Part, SpaceState

NYC, LDN, MIL = "wecreate-nyc", "thecube-london", "cowo-milano"
ADA, BOB = "019ab3c0-0000-7000-8000-00000000000a", "019ab3c0-0000-7000-8000-00000000000b"
START = datetime(2026, 11, 10, 15, tzinfo=UTC)
DAY = START.date()
PLENTY = 1_000_000

T = TypeVar("T")


def create_app(url: str, **engine_options: Any) -> Flask:
    """An app on a migrated database of the hub, without routes."""
    app = Flask(__name__)
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=engine_options)
    db.init_app(app)
    return app


def days(count: int) -> date:
    """The date so many days after the start."""
    return DAY + timedelta(days=count)


class Ledger:
    """Commands on the ledger, at the time of its clock."""

    def __init__(self) -> None:
        """Open a feed and let three active spaces join; needs an app context."""
        self.clock = FixedClock(START)

        def join() -> None:
            open_feed(db.session(), FeedCounter, now=START)
            for slug in (NYC, LDN, MIL):
                space = Space(slug=slug, name=slug, state=SpaceState.ACTIVE, created_at=START, state_changed_at=START)
                space.issuer_limit_credits = space.pair_limit_credits = PLENTY
                db.session.add(space)

        transactional(join)()

    def command(self, work: Callable[..., T], **values: Any) -> T:
        """Run a verb of the service as one command. The row it returns belongs to no session, so that any thread may read it."""

        def run() -> T:
            outcome = work(db.session(), **values)
            if isinstance(outcome, Lot | Transfer):
                db.session.flush()
                db.session.expunge(outcome)
            return outcome

        return transactional(run)()

    def read(self, query: Callable[..., T], *args: Any, **values: Any) -> T:
        """Run a query as one read."""
        return read_only(lambda: query(db.session(), *args, **values))()

    def pass_days(self, count: int) -> None:
        """Let time go by."""
        self.clock.advance(timedelta(days=count))

    def grant(self, credits: int, *, home: str = NYC, guest: str = ADA, issuer: str | None = None, **values: Any) -> Lot:
        """Give a lot: by the home, valid from today for thirty days, if nothing else is said."""
        given = {"grant_id": new_id(), "kind": LotKind.PLAN, "valid_from": DAY, "expires_on": days(30), "now": self.clock.now()}
        who = {"home": home, "guest": guest, "issuer": issuer or home}
        return self.command(service.grant, credits=credits, **{**given, **who, **values})

    def stay(self, credits: int, *, booking_id: str | None = None, **values: Any) -> dict[str, Any]:
        """The values of a stay: Ada of New York in London today, if nothing else is said."""
        usual = {"home": NYC, "guest": ADA, "host": LDN, "on": DAY, "part": Part.DAY, "now": self.clock.now()}
        limits = {"pair_limit": PLENTY, "issuer_limit": PLENTY}
        return {**usual, **limits, "booking_id": booking_id or new_id(), "credits": credits, **values}

    def hold(self, credits: int, **values: Any) -> Transfer:
        """Reserve credits for a stay."""
        return self.command(service.hold, **self.stay(credits, **values))

    def hospitality(self, credits: int, **values: Any) -> Transfer:
        """Let the home pay a stay."""
        return self.command(service.post_hospitality, **self.stay(credits, **values))

    def post(self, transfer: Transfer, credits: int) -> Transfer:
        """Pay what was reserved, or a part."""
        return self.command(service.post, booking_id=transfer.booking_id, credits=credits, now=self.clock.now())

    def void(self, transfer: Transfer) -> Transfer:
        """Give back what was reserved."""
        return self.command(service.void, booking_id=transfer.booking_id, now=self.clock.now())

    def expire(self, transfer: Transfer) -> Transfer:
        """Give back what was reserved and never decided."""
        return self.command(service.expire, booking_id=transfer.booking_id, now=self.clock.now())

    def reverse(self, transfer: Transfer) -> Transfer:
        """Run a payment back."""
        return self.command(service.reverse, booking_id=transfer.booking_id, now=self.clock.now())

    def lots(self, home: str = NYC, guest: str = ADA) -> dict[str, tuple[int, int, int]]:
        """The lots of a wallet: credits, held and spent, by id."""
        found = self.read(queries.wallet, home, guest)["lots"]
        return {lot["id"]: (lot["credits"], lot["held"], lot["spent"]) for lot in found}

    def positions(self) -> dict[str, int]:
        """Every space's position that is not zero."""
        rows = self.read(queries.trial_balance).rows
        return {row.space: row.position_credits for row in rows if row.position_credits}

    def faults(self) -> list[str]:
        """What the audit finds."""
        return self.read(queries.audit_faults)


def sound_ledger(url: str) -> Iterator[Ledger]:
    """For a fixture: three spaces and no credits; the audit at the end finds nothing, whatever the test did."""
    with create_app(url).app_context():
        ledger = Ledger()
        yield ledger
        assert ledger.faults() == []
