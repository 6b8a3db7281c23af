"""The ledger against a small oracle that only knows the rules of DESIGN §8: whatever happens in whatever order, both agree."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from federation.credits import queries, reconcilers, service
from federation.credits.models import CreditLimit, Lot
from federation.db import db, transactional
from federation.spaces.models import Space
from shared.errors import Refusal
from shared.ids import new_id
from tests.support.ledger import ADA, BOB, DAY, LDN, MIL, NYC, Ledger, create_app

PAIR, NETWORK, HOSPITALITY = 250, 400, 200
SPACES = (NYC, LDN, MIL)
LATEST = st.integers(0, 4)
WAITS = st.sampled_from((0, 0, 0, 4, 6))
AMOUNTS = st.sampled_from((1, 40, 75, 100, 150, 199))
GUESTS_MOSTLY_ADA, SPACES_MOSTLY_NYC = st.sampled_from((ADA, ADA, ADA, BOB)), st.sampled_from((NYC, NYC, LDN, MIL))
Gift = tuple[str, str, int, int, int]
GIFTS = st.tuples(GUESTS_MOSTLY_ADA, SPACES_MOSTLY_NYC, AMOUNTS, st.integers(-2, 1), st.sampled_from((0, 2, 3, 3, 20, 40)))
FINAL = {"post": "posted", "void": "voided", "expire": "expired"}


@dataclass
class Part:
    """What the oracle knows of a lot."""

    id: str
    issuer: str
    guest: str
    start: date
    end: date
    free: int
    held: int = 0


@dataclass
class Case:
    """What the oracle knows of a booking."""

    guest: str
    host: str
    on: date
    state: str
    pieces: list[tuple[Part | None, str, int]]
    paid: int = 0
    reversed: bool = False


class Oracle:
    """The rules, said in the plainest way. All guests are members of New York; a hold takes day by day, lot by lot."""

    def __init__(self) -> None:
        self.today = DAY
        self.lots: list[Part] = []
        self.cases: dict[str, Case] = {}
        self.position: Counter[str] = Counter()
        self.exposure: Counter[tuple[str, str]] = Counter()
        self.unrolled: Counter[tuple[str, str]] = Counter()
        self.given: Counter[tuple[str, date]] = Counter()

    def room(self, issuer: str, host: str) -> int:
        return max(0, min(PAIR - self.exposure[issuer, host], NETWORK - self.exposure[issuer, "*"]))

    def owe(self, issuer: str, host: str, credits: int) -> None:
        if issuer != host:
            self.exposure[issuer, host] += credits
            self.exposure[issuer, "*"] += credits

    def pay(self, issuer: str, host: str, credits: int) -> None:
        if issuer != host:
            self.position[issuer] -= credits
            self.position[host] += credits
            self.unrolled[host, issuer] += credits
            self.unrolled[host, "*"] += credits

    def hold(self, guest: str, host: str, on: date, credits: int) -> str | Case:
        valid = sorted((p for p in self.lots if p.guest == guest and p.start <= on <= p.end), key=lambda p: (p.end, p.id))
        plan, left, room = [], credits, {space: self.room(space, host) for space in SPACES}
        for part in valid:
            most = part.free if part.issuer == host else min(part.free, room[part.issuer])
            if taken := min(left, most):
                plan.append((part, part.issuer, taken))
                left -= taken
                room[part.issuer] -= taken
        if left:
            return "limit-reached" if sum(part.free for part in valid) >= credits else "no-credit"
        for part, issuer, taken in plan:
            part.free, part.held = part.free - taken, part.held + taken
            self.owe(issuer, host, taken)
        return Case(guest, host, on, "pending", plan)

    def give_back(self, part: Part, credits: int) -> None:
        if part.end >= self.today:
            part.free += credits
        else:
            end = self.today + timedelta(days=14)
            self.lots.append(Part("", part.issuer, part.guest, self.today, end, credits))

    def resolve(self, case: Case, verb: str, credits: int) -> str | None:
        if case.state != "pending":
            return None if (case.state, case.paid) == (FINAL[verb], credits) else "wrong-transfer-state"
        case.state, case.paid = FINAL[verb], credits
        for part, issuer, size in case.pieces:
            paid = min(credits, size)
            credits -= paid
            part.held -= size
            self.pay(issuer, case.host, paid)
            if paid < size:
                self.owe(issuer, case.host, paid - size)
                self.give_back(part, size - paid)
        return None

    def reverse(self, case: Case) -> str | None:
        if case.state != "posted":
            return "wrong-transfer-state"
        left, case.reversed, again = case.paid, True, case.reversed
        for part, issuer, size in [] if again else case.pieces:
            paid = min(left, size)
            left -= paid
            self.pay(issuer, case.host, -paid)
            self.owe(issuer, case.host, -paid)
            if part is None:
                self.given[case.guest, case.on] -= paid
            elif paid:
                self.give_back(part, paid)
        return None

    def hospitality(self, guest: str, host: str, on: date, credits: int) -> str | Case:
        if self.given[guest, on] + credits > HOSPITALITY:
            return "hospitality-spent"
        if credits > self.room(NYC, host):
            return "limit-reached"
        self.given[guest, on] += credits
        self.owe(NYC, host, credits)
        self.pay(NYC, host, credits)
        return Case(guest, host, on, "posted", [(None, NYC, credits)], paid=credits)

    def roll_up(self) -> None:
        self.exposure.subtract(self.unrolled)
        self.unrolled.clear()

    def lapse(self) -> None:
        for part in self.lots:
            part.free = part.free if part.end >= self.today - timedelta(days=31) else 0


class LedgerAndOracle(RuleBasedStateMachine):
    """Does the same to both, and compares."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.connection = db.engine.connect()
        self.undo = self.connection.begin()
        # Everything happens inside one transaction that is undone at the end: each example finds an empty ledger.
        db.session.remove()
        db.session.configure(bind=self.connection, join_transaction_mode="create_savepoint")
        self.ledger, self.oracle = Ledger(), Oracle()
        own = sa.update(Space).values(pair_limit_credits=PAIR, issuer_limit_credits=NETWORK)
        transactional(lambda: db.session.execute(own))()

    def teardown(self) -> None:
        try:
            assert self.ledger.faults() == []
        finally:
            db.session.remove()
            db.session.configure(bind=None)
            self.undo.rollback()
            self.connection.close()

    def attempt(self, work: Callable[[], Any]) -> str | None:
        """What the ledger refused, in one word."""
        try:
            work()
        except Refusal as refusal:
            return refusal.slug
        return None

    def booking(self, choice: int) -> tuple[str, Case]:
        return list(self.oracle.cases.items())[-1 - choice % len(self.oracle.cases)]

    @initialize(gifts=st.lists(GIFTS, min_size=3, max_size=5))
    def begin(self, gifts: list[Gift]) -> None:
        for gift in gifts:
            self.grant(gift)

    @rule(gift=GIFTS)
    def grant(self, gift: Gift) -> None:
        guest, issuer, credits, since, length = gift
        start, end = (self.oracle.today + timedelta(days=ahead) for ahead in (min(since, length), length))
        grant_id = new_id()
        for _ in range(2):
            self.ledger.grant(credits, guest=guest, issuer=issuer, valid_from=start, expires_on=end, grant_id=grant_id)
        self.oracle.lots.append(Part(grant_id, issuer, guest, start, end, credits))

    @rule(guest=GUESTS_MOSTLY_ADA, host=st.sampled_from((LDN, MIL)), ahead=st.integers(0, 3), credits=AMOUNTS)
    def hold(self, guest: str, host: str, ahead: int, credits: int) -> None:
        self._book(self.ledger.hold, self.oracle.hold, guest, host, ahead, credits)

    @rule(guest=GUESTS_MOSTLY_ADA, host=st.sampled_from((LDN, MIL)), ahead=st.integers(0, 1), credits=AMOUNTS)
    def hospitality(self, guest: str, host: str, ahead: int, credits: int) -> None:
        self._book(self.ledger.hospitality, self.oracle.hospitality, guest, host, ahead, credits)

    def _book(self, real: Any, model: Any, guest: str, host: str, ahead: int, credits: int) -> None:
        on, booking_id = self.oracle.today + timedelta(days=ahead), new_id()
        expected = model(guest, host, on, credits)
        values = {"guest": guest, "host": host, "on": on, "booking_id": booking_id}
        limits = {"pair_limit": PAIR, "issuer_limit": NETWORK}
        outcome = self.attempt(lambda: real(credits, **values, **limits))
        if isinstance(expected, str):
            assert outcome == expected
            return
        assert outcome is None
        self.oracle.cases[booking_id] = expected
        assert self.attempt(lambda: real(credits, **values, **limits)) is None
        assert self.attempt(lambda: real(credits + 1, **values, **limits)) == "transfer-differs"

    def wait(self, days: int) -> None:
        self.ledger.pass_days(days)
        self.oracle.today += timedelta(days=days)

    @precondition(lambda self: self.oracle.cases)
    @rule(
        choice=LATEST,
        verb=st.sampled_from(("post", "post", "post", "void", "expire")),
        quarters=st.integers(0, 4),
        twice=st.booleans(),
        days=WAITS,
    )
    def resolve(self, choice: int, verb: str, quarters: int, twice: bool, days: int) -> None:
        self.wait(days)
        booking_id, case = self.booking(choice)
        credits = sum(size for _, _, size in case.pieces) * quarters // 4 if verb == "post" else 0
        values: dict[str, Any] = {"booking_id": booking_id, "now": self.ledger.clock.now()}
        values |= {"credits": credits} if verb == "post" else {}
        for _ in range(1 + twice):
            expected = self.oracle.resolve(case, verb, credits)
            assert self.attempt(lambda: self.ledger.command(getattr(service, verb), **values)) == expected

    @precondition(lambda self: self.oracle.cases)
    @rule(choice=LATEST, days=WAITS, twice=st.booleans())
    def reverse(self, choice: int, days: int, twice: bool) -> None:
        self.wait(days)
        booking_id, case = self.booking(choice)
        values = {"booking_id": booking_id, "now": self.ledger.clock.now()}
        for _ in range(1 + twice):
            expected = self.oracle.reverse(case)
            assert self.attempt(lambda: self.ledger.command(service.reverse, **values)) == expected

    @rule()
    def roll_up(self) -> None:
        self.ledger.command(reconcilers.roll_up, _now=self.ledger.clock.now())
        self.oracle.roll_up()

    @rule(days=st.sampled_from((0, 0, 0, 40)))
    def lapse(self, days: int) -> None:
        self.wait(days)
        self.ledger.command(reconcilers.lapse, now=self.ledger.clock.now())
        self.oracle.lapse()

    @invariant()
    def both_agree(self) -> None:
        rows, limits, positions = self.ledger.read(self.reality)
        known = {part.id for part in self.oracle.lots}
        fresh = sorted((row for row in rows if row.id not in known), key=lambda row: row.id)
        for part in (part for part in self.oracle.lots if not part.id):
            part.id = next(row.id for row in fresh if (row.issuer, row.guest, row.free) == (part.issuer, part.guest, part.free))
            fresh = [row for row in fresh if row.id != part.id]
        assert fresh == []
        real = {row.id: (row.issuer, row.guest, row.valid_from, row.expires_on, row.free, row.held) for row in rows}
        assert real == {p.id: (p.issuer, p.guest, p.start, p.end, p.free, p.held) for p in self.oracle.lots}
        assert limits == {key: credits for key, credits in self.oracle.exposure.items() if credits}
        assert positions == {space: credits for space, credits in self.oracle.position.items() if credits}

    @staticmethod
    def reality(session: Any) -> Any:
        free = (Lot.credits - Lot.held - Lot.spent - Lot.lapsed).label("free")
        lots = session.execute(sa.select(Lot.id, Lot.issuer, Lot.guest, Lot.valid_from, Lot.expires_on, free, Lot.held)).all()
        limits = session.execute(sa.select(CreditLimit.issuer, CreditLimit.host, CreditLimit.exposure_credits))
        balances = queries.trial_balance(session).rows
        positions = {row.space: row.position_credits for row in balances if row.position_credits}
        return lots, {(issuer, host): credits for issuer, host, credits in limits if credits}, positions


def test_the_ledger_does_what_its_rules_say(hub_url: str) -> None:
    app = create_app(hub_url)
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    # The rules are the same on the slower engine.
    examples = 10 if hub_url.startswith("sqlite") else 4
    checks = settings(max_examples=examples, stateful_step_count=30, deadline=None, database=None, suppress_health_check=slow)
    with app.app_context():
        run_state_machine_as_test(lambda: LedgerAndOracle(app), settings=checks)
