"""A toy hub and a toy node, each with a database of its own, and a wire between them that loses what it is told to lose.

The hub takes commands once and tells of each in its feed; the node sends commands, applies their answers, and reads the
feed. Both write down every effect, so that a test can count them.
"""

import json
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from shared.clock import FixedClock
from shared.db import Database, make_db, read_only, transactional
from shared.errors import Malformed, Refusal
from shared.http import Answer, PeerUnreachable
from shared.idempotency import AnswerMixin, answered_once
from shared.loader import dump_json
from shared.messaging import feed
from shared.messaging.cursor import Cursors
from shared.messaging.delivery import Delivery
from shared.messaging.feed import FeedCounterMixin, FeedMixin
from shared.messaging.feed_reader import FeedReader, News, ParkedItemMixin, ReaderStateMixin
from shared.messaging.outbox import OutboxMixin, enqueue, resend_since, retry
from shared.messaging.reconcile import ReconcilerRunMixin
from shared.peer_problems import PROBLEM_BASE, status_of
from shared.protocol.feed import FeedPage as WirePage

SOURCE = "https://hub.example"
HERE = "nyc"

T = TypeVar("T")


class HubBase(DeclarativeBase):
    """What the hub's tables derive from."""


class NodeBase(DeclarativeBase):
    """What the node's tables derive from."""


hub_db = make_db(HubBase)
node_db = make_db(NodeBase)


class Feed(FeedMixin, HubBase):
    __tablename__ = "feed"


class Counter(FeedCounterMixin, HubBase):
    __tablename__ = "feed_counter"


class Kept(AnswerMixin, HubBase):
    __tablename__ = "answers"


class Effect(HubBase):
    """A command that the hub took."""

    __tablename__ = "effects"
    rev: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    number: Mapped[int]


class Outbox(OutboxMixin, NodeBase):
    __tablename__ = "outbox"


class ReaderState(ReaderStateMixin, NodeBase):
    __tablename__ = "reader_state"


class ParkedItem(ParkedItemMixin, NodeBase):
    __tablename__ = "parked_items"


class Run(ReconcilerRunMixin, NodeBase):
    __tablename__ = "reconciler_runs"


class Told(NodeBase):
    """What the node took in: an answer, a refusal, or an item of the feed."""

    __tablename__ = "told"
    id: Mapped[int] = mapped_column(primary_key=True)
    by: Mapped[str]
    subject: Mapped[str]
    rev: Mapped[int]


class Crash(BaseException):
    """The process dies here, as far as anybody can tell."""


class Wire:
    """Carries what passes, unless the plan says otherwise: lost on the way, lost on the way back, dead before or after."""

    def __init__(self) -> None:
        self.plan: deque[str | Answer] = deque()
        self.passed = 0

    def carry(self, exchange: Callable[[], Answer]) -> Answer:
        assert not node_db.session().in_transaction(), "a request inside a transaction"
        step = self.plan.popleft() if self.plan else "passes"
        if isinstance(step, Answer):
            return step
        if step == "request lost":
            raise PeerUnreachable(reason="connection")
        if step == "crash before":
            raise Crash
        answer = exchange()
        self.passed += 1
        if step == "answer lost":
            raise PeerUnreachable(reason="timeout")
        if step == "crash after":
            raise Crash
        if step == "doubled":
            assert exchange() == answer
        return answer


def problem(refusal: Refusal, **headers: str) -> Answer:
    """How a hub says no."""
    body = {"type": PROBLEM_BASE + refusal.slug, "detail": refusal.detail, "errors": refusal.errors, **refusal.params}
    return Answer(status_of(type(refusal)), headers, json.dumps(body).encode())


def _app(name: str, db: Database, url: str) -> Flask:
    app = Flask(name)
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS={"busy_seconds": 5})
    db.init_app(app)
    with app.app_context():
        db.create_all()
    return app


class ToyHub:
    """Takes `PUT` and tells its feed."""

    def __init__(self, url: str, clock: FixedClock) -> None:
        self.app, self.clock = _app("toy-hub", hub_db, url), clock
        self.cursors = Cursors(b"toy secret")
        self.refusals: dict[str, Refusal] = {}
        self.command(lambda session: feed.open_feed(session, Counter, now=clock.now()))

    def command(self, work: Callable[[Session], T]) -> T:
        with self.app.app_context():
            return transactional(hub_db)(lambda: work(hub_db.session()))()

    def look(self, work: Callable[[Session], T]) -> T:
        with self.app.app_context():
            return read_only(hub_db)(lambda: work(hub_db.session()))()

    def receive(self, key: str, raw: bytes) -> Answer:
        try:
            answered = self.command(lambda session: self._once(session, key, raw))
        except Refusal as refusal:
            return problem(refusal)
        return Answer(answered.status, {}, dump_json(answered.body))

    def _once(self, session: Session, key: str, raw: bytes) -> Any:
        body = json.loads(raw)

        def work() -> tuple[int, dict[str, Any]]:
            if body["subject"] in self.refusals:
                raise self.refusals[body["subject"]]
            effect = Effect(subject=body["subject"], number=body["number"])
            session.add(effect)
            session.flush()
            self._tell(session, effect.subject, effect.rev)
            return 200, {"subject": effect.subject, "rev": effect.rev}

        return answered_once(session, Kept, scope=HERE, key=key, raw_body=raw, now=self.clock.now(), work=work)

    def _tell(self, session: Session, subject: str, rev: int, **changed: Any) -> None:
        said: dict[str, Any] = {"to": [HERE], "type": "thing.updated", "data": {"subject": subject, "rev": rev}, **changed}
        bodies = dict.fromkeys(said.pop("to"), said.pop("data"))
        feed.append(session, Feed, Counter, bodies, subject=subject, rev=rev, now=self.clock.now(), **said)

    def publish(self, subject: str, rev: int, **changed: Any) -> None:
        self.command(lambda session: self._tell(session, subject, rev, **changed))

    def page(self, since: str | None, *, audience: str = HERE, limit: int = 200) -> feed.FeedPage:
        return self.look(
            lambda session: feed.page(session, Feed, Counter, self.cursors, audience=audience, since=since, limit=limit)
        )

    def changes(self, since: str, limit: int = 3) -> Answer:
        try:
            return Answer(200, {}, dump_json(WirePage().dump(self.page(since, limit=limit).as_wire(SOURCE))))
        except Refusal as refusal:
            return problem(refusal)

    def start(self) -> str:
        held = self.look(lambda session: feed.bounds(session, Counter))
        return self.cursors.encode(held.epoch, 0)

    def head(self) -> str:
        held = self.look(lambda session: feed.bounds(session, Counter))
        return self.cursors.encode(held.epoch, held.head)

    def effects(self) -> list[tuple[str, int]]:
        rows = self.look(lambda session: session.execute(sa.select(Effect.subject, Effect.number).order_by(Effect.rev)).all())
        return [(row.subject, row.number) for row in rows]


class ToyNode:
    """Sends from its outbox and reads the hub's feed, over the wire."""

    def __init__(self, url: str, hub: ToyHub, clock: FixedClock) -> None:
        self.app, self.hub, self.clock, self.wire = _app("toy-node", node_db, url), hub, clock, Wire()
        self.sent: list[str] = []
        self.timeouts: list[float] = []
        self.poison: dict[str, BaseException] = {}
        self.woken = 0
        self.resets: list[Any] = []
        self.delivery = Delivery(
            node_db, Outbox, self._send, self._apply, clock, refuse=self._refused, wake=self._wake, jitter=lambda _l, _m: 1.0
        )
        self.reader = FeedReader(
            node_db,
            ReaderState,
            ParkedItem,
            fetch=lambda cursor: self.wire.carry(lambda: hub.changes(cursor)),
            handlers={"thing.updated": self._news},
            snapshot=hub.start,
            on_reset=self._reset,
            clock=clock,
            after_read=self.delivery.clear_backoff,
        )

    def here(self) -> AbstractContextManager[Any]:
        return self.app.app_context()

    def command(self, work: Callable[[Session], T]) -> T:
        with self.here():
            return transactional(node_db)(lambda: work(node_db.session()))()

    def look(self, work: Callable[[Session], T]) -> T:
        with self.here():
            return read_only(node_db)(lambda: work(node_db.session()))()

    def ask(self, *commands: tuple[str, int]) -> list[int]:
        """Enqueue commands in one transaction; their ids."""

        def work(session: Session) -> list[int]:
            return [self.put(session, subject, number).id for subject, number in commands]

        return self.command(work)

    def put(self, session: Session, subject: str, number: int) -> Outbox:
        body = {"subject": subject, "number": number}
        return enqueue(
            session,
            Outbox,
            kind="thing.put",
            method="PUT",
            path=f"/things/{subject}",
            body=body,
            subject=subject,
            now=self.clock.now(),
        )

    def deliver(self, limit: int = 50) -> int:
        with self.here():
            return self.delivery.deliver_due(limit)

    def read(self) -> int:
        with self.here():
            return self.reader.read_once()

    def retry(self, session: Session, row_id: int) -> Outbox:
        return retry(session, Outbox, row_id, now=self.clock.now())

    def rows(self) -> list[Outbox]:
        return self.look(lambda session: list(session.scalars(sa.select(Outbox).order_by(Outbox.id))))

    def states(self) -> list[str]:
        return [row.state for row in self.rows()]

    def parked(self) -> list[ParkedItem]:
        return self.look(lambda session: list(session.scalars(sa.select(ParkedItem).order_by(ParkedItem.id))))

    def last_read_at(self) -> datetime | None:
        return self.look(lambda session: session.scalar(sa.select(ReaderState.last_read_at)))

    def told(self, *by: str) -> list[tuple[str, int]]:
        found = sa.select(Told.subject, Told.rev).where(Told.by.in_(by)).order_by(Told.id)
        return [(row.subject, row.rev) for row in self.look(lambda session: session.execute(found).all())]

    def _send(self, row: Outbox, /, *, timeout_seconds: float) -> Answer:
        self.sent.append(row.message_id)
        self.timeouts.append(timeout_seconds)
        return self.wire.carry(lambda: self.hub.receive(row.message_id, row.body.encode()))

    def _apply(self, session: Session, row: Outbox, status: int, body: dict[str, Any]) -> None:
        assert status == row.answer_status
        self._take("answer", session, row.subject, body["rev"])

    def _refused(self, session: Session, row: Outbox, refusal: Refusal) -> None:
        self._take("refusal", session, row.subject, 0)

    def _news(self, session: Session, news: News) -> None:
        if "rev" not in news.data:
            raise Malformed("no rev")
        self._take("news", session, news.subject, news.rev)

    def _take(self, by: str, session: Session, subject: str, rev: int) -> None:
        session.add(Told(by=by, subject=subject, rev=rev))
        session.flush()
        if subject in self.poison:
            raise self.poison[subject]

    def _reset(self, session: Session, restored_to: Any) -> None:
        self.resets.append(restored_to)
        resend_since(session, Outbox, restored_to, now=self.clock.now())

    def _wake(self) -> None:
        self.woken += 1


def plan(node: ToyNode, steps: Iterable[str | Answer]) -> None:
    """What the wire does next, exchange by exchange."""
    node.wire.plan.extend(steps)
