"""Seats and their queue against a small oracle that only knows the rules of DESIGN §9: whatever happens, both agree."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from federation.db import db, transactional
from federation.rsvps import queries, reconcilers
from federation.rsvps.models import Rsvp, SeatPool
from federation.rsvps.rules import offer_expires
from federation.rsvps.service import SessionFacts, changes, requests, set_session
from federation.spaces.models import Space
from shared.ids import new_id
from shared.protocol.states import Reach, RsvpOrigin, SeatKind, SessionMode, SessionState, SpaceState
from tests.support.ledger import LDN, MIL, NYC, START, Ledger, create_app

STARTS = START + timedelta(days=90)
ROOM, REMOTE = "in_person", "remote"
ACTIVE = ("confirmed", "offered", "waitlisted")
FITTING = {"cancel": ("confirmed", "offered"), "accept": ("offered",), "decline": ("offered",), "room": ACTIVE, "remote": ACTIVE}
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@dataclass
class Wish:
    """What the oracle knows of an RSVP."""

    id: str
    home: str
    pool: str
    party: int
    fewer: bool
    at_once: bool
    state: str = "waitlisted"
    skipped: int = 0
    since: datetime | None = None
    until: datetime | None = None


class Oracle:
    """The rules, said in the plainest way. The wishes stand in the order in which they came."""

    def __init__(self) -> None:
        self.now = START
        self.seats = {ROOM: 4, REMOTE: 1}
        self.wishes: list[Wish] = []
        self.suspended: set[str] = set()

    def free(self, pool: str) -> int:
        return self.seats[pool] - sum(w.party for w in self.wishes if w.pool == pool and w.state in ("confirmed", "offered"))

    def waiting(self, pool: str) -> Iterator[Wish]:
        return (w for w in self.wishes if w.pool == pool and w.state == "waitlisted")

    def serve(self, pool: str, fresh: Wish | None = None) -> None:
        while found := self.next(pool):
            wish, passed = found
            wish.party = min(wish.party, self.free(pool))
            wish.state = "confirmed" if wish.at_once or wish is fresh else "offered"
            wish.until = None if wish.state == "confirmed" else offer_expires(now=self.now, starts_at=STARTS, zone="UTC")
            for other in passed:
                other.skipped, other.since = other.skipped + 1, other.since or self.now

    def next(self, pool: str) -> tuple[Wish, list[Wish]] | None:
        free, passed = self.free(pool), []
        if free <= 0:
            return None
        for wish in self.waiting(pool):
            if wish.home in self.suspended:
                continue
            if wish.party <= free or wish.fewer:
                return wish, passed
            if wish.party > self.seats[pool]:
                continue
            if wish.skipped == 3 or (wish.since and self.now - wish.since >= DAY):
                return None
            passed.append(wish)
        return None

    def ask(self, wish: Wish) -> None:
        self.wishes.append(wish)
        if wish.home in self.suspended:
            wish.state = "refused"
        else:
            self.serve(wish.pool, fresh=wish)

    def end(self, wish: Wish, state: str) -> None:
        if wish.state in ("offered", *(ACTIVE if state == "cancelled_by_member" else ())):
            wish.state, wish.until = state, None
            self.serve(wish.pool)

    def accept(self, wish: Wish) -> None:
        if wish.state == "offered" and wish.until and self.now >= wish.until:
            self.end(wish, "offer_expired")
        elif wish.state == "offered":
            wish.state, wish.until = "confirmed", None

    def switch(self, wish: Wish, pool: str) -> None:
        before = wish.pool
        if pool != before and wish.state in ACTIVE and not [*self.waiting(pool)] and wish.party <= self.free(pool):
            wish.pool, wish.state, wish.until = pool, "confirmed", None
            self.serve(before)

    def expire(self) -> None:
        over = [w for w in self.wishes if w.state == "offered" and w.until and self.now >= w.until]
        for wish in over:
            self.end(wish, "offer_expired")


class SeatsAndOracle(RuleBasedStateMachine):
    """Does the same to both, and compares."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.connection = db.engine.connect()
        self.undo = self.connection.begin()
        # Everything happens inside one transaction that is undone at the end: each example finds an empty house.
        db.session.remove()
        db.session.configure(bind=self.connection, join_transaction_mode="create_savepoint")
        self.hub, self.oracle, self.session_id = Ledger(), Oracle(), new_id()
        self.announce()

    def teardown(self) -> None:
        db.session.remove()
        db.session.configure(bind=None)
        self.undo.rollback()
        self.connection.close()

    def announce(self) -> None:
        facts = SessionFacts(
            session_id=self.session_id,
            event_id=self.session_id,
            host=LDN,
            lead=LDN,
            managers=[LDN],
            readers=["*"],
            reach=Reach.NETWORK,
            state=SessionState.SCHEDULED,
            zone="Europe/London",
            starts_at=STARTS,
            ends_at=STARTS + timedelta(hours=2),
            opens_at=None,
            closes_at=STARTS,
            mode=SessionMode.HYBRID,
            seats_in_person=self.oracle.seats[ROOM],
            seats_remote=self.oracle.seats[REMOTE],
            door_seats=0,
            waiting_list=True,
            approval=False,
            party_max=4,
            price_credits=0,
        )
        self.hub.command(set_session, facts=facts, now=self.oracle.now)

    def tick(self, by: timedelta = SECOND) -> datetime:
        self.oracle.now += by
        return self.oracle.now

    @rule(
        home=st.sampled_from((NYC, LDN, MIL)),
        pool=st.sampled_from((ROOM, ROOM, ROOM, ROOM, REMOTE)),
        party=st.sampled_from((1, 1, 1, 1, 3, 4)),
        fewer=st.sampled_from((False, False, False, True)),
        at_once=st.booleans(),
    )
    def ask(self, home: str, pool: str, party: int, fewer: bool, at_once: bool) -> None:
        now, wish = self.tick(), Wish(new_id(), home, pool, party, fewer, at_once)
        asked = requests.Asked(
            session_id=self.session_id,
            kind=SeatKind(pool),
            origin=RsvpOrigin.HOME,
            home=None,
            guest=new_id(),
            passport_ref=None,
            party=party,
            accept_fewer=fewer,
            take_at_once=at_once,
            zone="UTC",
            price_credits=0,
            intent_at=now,
            door_seat=False,
            card=None,
        )
        self.hub.command(lambda session: requests.answer_request(session, rsvp_id=wish.id, caller=home, asked=asked, now=now))
        self.oracle.ask(wish)

    @precondition(lambda self: self.oracle.wishes)
    @rule(
        place=st.integers(0, 30),
        step=st.sampled_from(("cancel", "cancel", "cancel", "accept", "accept", "decline", "room", "remote")),
    )
    def change(self, place: int, step: str) -> None:
        # Most of the time somebody for whom it makes a difference.
        wishes = [wish for wish in self.oracle.wishes if place > 25 or wish.state in FITTING[step]] or self.oracle.wishes
        wish, now = wishes[place % len(wishes)], self.tick()
        about: dict[str, Any] = {"rsvp_id": wish.id, "now": now}
        if step == "cancel":
            self.hub.command(lambda session: changes.cancel(session, caller=wish.home, **about))
            self.oracle.end(wish, "cancelled_by_member")
        elif step == "accept":
            self.hub.command(lambda session: changes.accept(session, home=wish.home, **about))
            self.oracle.accept(wish)
        elif step == "decline":
            self.hub.command(lambda session: changes.decline(session, home=wish.home, **about))
            self.oracle.end(wish, "declined")
        else:
            pool = ROOM if step == "room" else REMOTE
            self.hub.command(lambda session: changes.switch(session, home=wish.home, kind=SeatKind(pool), **about))
            self.oracle.switch(wish, pool)

    @rule(pool=st.sampled_from((ROOM, ROOM, REMOTE)), seats=st.sampled_from((0, 2, 3, 4, 5, 6)))
    def resize(self, pool: str, seats: int) -> None:
        self.tick()
        self.oracle.seats[pool] = seats
        self.announce()
        for name in (ROOM, REMOTE):
            self.oracle.serve(name)

    @rule(hours=st.sampled_from((1, 5, 13, 30)))
    def wait(self, hours: int) -> None:
        now = self.tick(timedelta(hours=hours))
        self.hub.command(reconcilers.expire_offers, now=now)
        self.oracle.expire()

    @rule()
    def suspend_or_reinstate(self) -> None:
        self.oracle.suspended ^= {MIL}
        state = SpaceState.SUSPENDED if self.oracle.suspended else SpaceState.ACTIVE
        transactional(lambda: db.session.execute(sa.update(Space).where(Space.slug == MIL).values(state=state)))()

    @invariant()
    def both_agree(self) -> None:
        rows, pools, wrong = self.hub.read(self.reality)
        told = [(w.id, w.state, w.pool, w.party, w.until) for w in self.oracle.wishes]
        assert rows == {row[0]: row for row in told}
        assert wrong == []
        for name in (ROOM, REMOTE):
            assert pools[name] == self.oracle.seats[name] - self.oracle.free(name)

    def reality(self, session: Any) -> Any:
        kept = sa.select(Rsvp.id, Rsvp.state, Rsvp.pool, Rsvp.party, Rsvp.offer_expires_at)
        rows = {row.id: tuple(row) for row in session.execute(kept.where(Rsvp.session_id == self.session_id))}
        counted = session.execute(sa.select(SeatPool.name, SeatPool.taken + SeatPool.held))
        return rows, dict(list(counted)), queries.miscounted(session)


def test_seats_go_to_whom_the_rules_say(hub_url: str) -> None:
    """Edge cases 7, 8, 11, 12, 14-18, 20, in whatever order they come."""
    app = create_app(hub_url)
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    # The rules are the same on the slower engine.
    examples = 10 if hub_url.startswith("sqlite") else 4
    checks = settings(max_examples=examples, stateful_step_count=40, deadline=None, database=None, suppress_health_check=slow)
    with app.app_context():
        run_state_machine_as_test(lambda: SeatsAndOracle(app), settings=checks)
