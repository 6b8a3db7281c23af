"""Delivery: every row of the outbox takes effect at the hub exactly once, in order per subject, or is parked with its reason.

Nothing on one machine can tell a lost request from a lost answer. So delivery does not try: it sends *at least* once, and
makes each further time harmless. Four rules carry the whole weight.

1. **The row is the message.** Its id (`message_id`) is minted and its bytes are written in the transaction of the change it
   tells of. No change without its message, no message without its change, and every attempt is byte for byte the same, under
   the same idempotency key. The hub keeps its answer under that key, in the transaction of the effect, and repeats it.

2. **The network is never inside a transaction.** One attempt is two short transactions with the request between them:
   *claim* (lease the row) - send - *settle* (mark it, and apply the answer). A crash leaves the row in one of three places:
   before the claim it is due; after the claim, sent or not, its lease runs out and it is due again; after the settling it is
   done. In between, there is nowhere to be: the mark and the answer's effect commit together or not at all.

3. **A lease is a ticket, not a lock.** To claim is one conditional UPDATE: where the row waits, is due, is free, and no
   earlier row of its subject waits. It writes a fresh random lease. To settle is another: where the lease is still mine. So of
   two deliverers (the request that wrote the row and the worker, or two workers) at most one holds a live lease, and one that
   was held up so long that its lease was given away finds that nothing matches, and changes nothing. The lease's time only
   says when somebody else may try; that it was wrong costs a repeated request, never a doubled effect. The lease (30 s)
   outlives the request (5 s), so that this stays rare.

4. **Nobody waits behind a corpse.** An answer decides (`rules.judge`): 2xx settles the row; "not now" (silence, 5xx, 429, 401,
   an answer that is no JSON) tries again later, doubling, at most an hour, spread by chance, never earlier than the hub asked
   (Retry-After); 403 `space-not-active` is held, for reinstatement will let it through, unless the space takes its leave; any
   other no parks the row for the manager. A bug of ours while applying a good answer parks it too, in a fresh transaction, for
   its own is spoilt. A parked row no longer holds up its subject, for that would let one bad message stop a booking's whole
   life; whoever applies the later answers works by (epoch, rev), so a gap does no harm.

Order is promised within a subject only, which is all that anybody can observe. It is the order of ids, and two
transactions about one subject already follow each other, because both change the subject's row. No order between
subjects is what lets a refused booking not delay a check-in.

Time: backoff is cleared by a feed poll that works (`clear_backoff`), so after a cut of any length everything goes out within
seconds of its end, and not at the end of somebody's hour. A clock that jumps back must not freeze the outbox: an instant
further ahead than our own rules ever set is taken as past. A person waits for at most 2 s (`Budget`), all the rows of a commit
together; what is left over is the worker's.

What this leans on: the hub's idempotency, and handlers that drop what is not newer. What it does not lean on: the order of
arrival, the other machine's clock, a row lock held across the network, or anything that only PostgreSQL has.
"""

import logging
import random
from collections.abc import Callable
from contextvars import ContextVar
from enum import Enum
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from flask import Flask
from sqlalchemy.orm import Session

from shared.clock import Clock
from shared.db import Database, read_only, transactional
from shared.errors import Refusal
from shared.http import Answer, PeerMisbehaved
from shared.logging import log_event
from shared.messaging import leases
from shared.messaging.errors import AnswerNotApplied, SendFailed, is_database_trouble, told
from shared.messaging.outbox import BUDGET_SECONDS, EXTENSION, Budget, OutboxMixin, OutboxState, Row
from shared.messaging.rules import JITTER_LEAST, JITTER_MOST, Fate, judge, next_attempt
from shared.problems import read
from shared.protocol.version import SEAL_HEADER

SEND_SECONDS = 5.0
_LEAST_SECONDS = 0.05
_log = logging.getLogger(__name__)
_spending: ContextVar[Budget | None] = ContextVar("twindesk_outbox_budget", default=None)
_Row_contra = TypeVar("_Row_contra", bound=OutboxMixin, contravariant=True)
T = TypeVar("T")


class Send(Protocol[_Row_contra]):
    """What puts a row on the wire, as it is stored. Raises a refusal (PeerUnreachable, …) when no answer comes."""

    def __call__(self, row: _Row_contra, /, *, timeout_seconds: float) -> Answer:
        """Send the row's bytes under its message_id and return whatever was answered."""
        ...


Apply = Callable[[Session, Row, int, dict[str, Any]], None]
Refuse = Callable[[Session, Row, Refusal], None]


class Outcome(Enum):
    """What one attempt came to."""

    SETTLED = "settled"
    POSTPONED = "postponed"
    SILENT = "silent"
    OVERTAKEN = "overtaken"


class Delivery(Generic[Row]):
    """Sends the rows of one outbox of the current app. `apply` and `refuse` run in the transaction that settles the row."""

    def __init__(
        self,
        db: Database,
        Outbox: type[Row],
        send: Send[Row],
        apply: Apply[Row],
        clock: Clock,
        *,
        refuse: Refuse[Row] = lambda _session, _row, _refusal: None,
        wake: Callable[[], object] = lambda: None,
        jitter: Callable[[float, float], float] = random.uniform,
    ) -> None:
        """`wake` is called when a row is left to the worker that it could send at once."""
        self._db, self._Outbox, self._send, self._apply, self._refuse = db, Outbox, send, apply, refuse
        self._clock, self._wake, self._jitter = clock, wake, jitter

    def install(self, app: Flask) -> None:
        """Let what `enqueue` writes in this app be sent right after the commit."""
        app.extensions.setdefault(EXTENSION, {})[self._Outbox] = self

    def attempt(self, row_id: int, budget_seconds: float = BUDGET_SECONDS) -> bool:
        """Send a waiting row before its time, unless somebody else sends it or an earlier one of its subject waits.

        Returns whether it is settled now: answered or parked. Raises Unavailable if the database is.
        """
        row = self._claim(partial(leases.claim_now, row_id=row_id))
        return row is not None and self._deliver(row, min(budget_seconds, SEND_SECONDS)) is Outcome.SETTLED

    def attempt_after_commit(self, row_id: int, lease: str, budget: Budget) -> None:
        """Send a row for the request that wrote it, within what its budget has left, else leave it to the worker."""
        # What an answer makes us send is paid from the budget of who waits for that answer.
        budget = _spending.get() or budget
        left = budget.left()
        claim = partial(leases.claim_held, row_id=row_id, lease=lease)
        row = self._claim(claim) if left >= _LEAST_SECONDS else None
        if row is None:
            self._command(lambda session: leases.settle(session, self._Outbox, row_id, lease))
            self._wake()
            return
        token = _spending.set(budget)
        try:
            self._deliver(row, min(left, SEND_SECONDS))
        finally:
            _spending.reset(token)

    def deliver_due(self, limit: int = 50) -> int:
        """Send what is due, at most so many attempts; stops at the first silence. Returns how many rows were settled."""
        settled = tried = 0
        while tried < limit and (row_ids := self._due(limit - tried)):
            for row_id in row_ids:
                tried += 1
                row = self._claim(partial(leases.claim_due, row_id=row_id))
                outcome = self._deliver(row, SEND_SECONDS) if row is not None else Outcome.OVERTAKEN
                settled += outcome is Outcome.SETTLED
                if outcome is Outcome.SILENT:
                    return settled
        return settled

    def clear_backoff(self, session: Session) -> None:
        """The hub answers: bring forward what waits because it did not. What it asked to wait, or holds, keeps waiting."""
        leases.bring_forward(session, self._Outbox, now=self._clock.now())

    def release_held(self, session: Session) -> None:
        """The space's standing is another: what was held goes out, or is refused for good."""
        leases.release_held(session, self._Outbox, now=self._clock.now())

    def _deliver(self, row: Row, timeout_seconds: float) -> Outcome:
        try:
            answer = self._send(row, timeout_seconds=timeout_seconds)
        except Refusal as refusal:
            return self._refused(row, refusal, None)
        except Exception as error:
            _log_bug("outbox.send-failed", row, error)
            return self._refused(row, SendFailed(), None)
        if not 200 <= answer.status < 300:
            return self._refused(row, read(answer.status, answer.headers, answer.body), answer)
        try:
            body = _answer_body(answer)
        except PeerMisbehaved as refusal:
            return self._refused(row, refusal, answer)
        return self._answered(row, answer, body)

    def _answered(self, row: Row, answer: Answer, body: dict[str, Any]) -> Outcome:
        values = _kept(answer) | {"state": OutboxState.ANSWERED, "answered_at": self._clock.now()}

        def work(session: Session) -> Outcome:
            mine = self._settle(session, row, problem_slug=None, problem_detail=None, **values)
            if mine is None:
                return Outcome.OVERTAKEN
            self._apply(session, mine, answer.status, body)
            return Outcome.SETTLED

        try:
            outcome = self._command(work)
        except Exception as error:
            if is_database_trouble(error):
                raise
            if isinstance(error, Refusal):
                return self._park(row, error, answer, tell=False)
            _log_bug("outbox.answer-not-applied", row, error)
            return self._park(row, AnswerNotApplied(), answer, tell=False)
        log_event(_log, "outbox.answered", status=answer.status, **_ids(row))
        return outcome

    def _refused(self, row: Row, refusal: Refusal, answer: Answer | None) -> Outcome:
        fate = judge(refusal)
        if fate is Fate.PARK:
            return self._park(row, refusal, answer, tell=True)
        return self._postpone(row, refusal, fate, answer)

    def _postpone(self, row: Row, refusal: Refusal, fate: Fate, answer: Answer | None) -> Outcome:
        silent = answer is None and fate is Fate.RETRY
        at, earliest = next_attempt(
            self._clock.now(),
            fate=fate,
            attempts=row.attempts,
            jitter=self._jitter(JITTER_LEAST, JITTER_MOST),
            silent=silent,
            retry_after_seconds=refusal.retry_after_seconds,
        )
        values = {"next_attempt_at": at, "earliest_at": earliest} | _reason(refusal)
        mine = self._command(lambda session: self._settle(session, row, **values))
        if mine is None:
            return Outcome.OVERTAKEN
        log_event(_log, "outbox.put-off", slug=refusal.slug, **_ids(row))
        return Outcome.SILENT if silent else Outcome.POSTPONED

    def _park(self, row: Row, refusal: Refusal, answer: Answer | None, *, tell: bool) -> Outcome:
        values = _reason(refusal) | (_kept(answer) if answer else {}) | {"state": OutboxState.PARKED}

        def work(session: Session) -> Outcome:
            mine = self._settle(session, row, **values)
            if mine is not None and tell:
                self._refuse(session, mine, refusal)
            return Outcome.OVERTAKEN if mine is None else Outcome.SETTLED

        try:
            outcome = self._command(work)
        except Exception as error:
            if not tell or is_database_trouble(error):
                raise
            _log_bug("outbox.refusal-not-applied", row, error)
            return self._park(row, refusal, answer, tell=False)
        log_event(_log, "outbox.parked", slug=refusal.slug, **_ids(row))
        return outcome

    def _claim(self, claim: Callable[..., Row | None]) -> Row | None:
        return self._command(lambda session: claim(session, self._Outbox, now=self._clock.now()))

    def _settle(self, session: Session, row: Row, **values: Any) -> Row | None:
        return leases.settle(session, self._Outbox, row.id, str(row.lease), **values)

    def _due(self, limit: int) -> list[int]:
        due = read_only(self._db)(leases.due_ids)
        return due(self._db.session(), self._Outbox, now=self._clock.now(), limit=limit)

    def _command(self, work: Callable[[Session], T]) -> T:
        return transactional(self._db)(work)(self._db.session())


def _log_bug(event: str, row: OutboxMixin, error: Exception) -> None:
    log_event(_log, event, level=logging.ERROR, exc_info=error, **_ids(row))


def _ids(row: OutboxMixin) -> dict[str, Any]:
    """By which both machines' logs know the row, and the stay that it is about."""
    kind, _, name = row.subject.partition("/")
    return {"kind": row.kind, "message_id": row.message_id} | ({"booking_id": name} if kind == "booking" else {})


def _answer_body(answer: Answer) -> dict[str, Any]:
    """Raises PeerMisbehaved for anything but a JSON object or nothing: a captive portal answers 200, too."""
    body = answer.json() if answer.body else {}
    if not isinstance(body, dict):
        raise PeerMisbehaved(reason="not-an-object")
    return body


def _kept(answer: Answer) -> dict[str, Any]:
    # Whatever a broken proxy sends must be storable: PostgreSQL keeps no NUL in a text.
    body = answer.body.decode(errors="replace").replace("\0", "\ufffd")
    return {"answer_status": answer.status, "answer_body": body, "answer_seal": answer.headers.get(SEAL_HEADER)}


def _reason(refusal: Refusal) -> dict[str, Any]:
    return {"problem_slug": refusal.slug, "problem_detail": told(refusal)}
