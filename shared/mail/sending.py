"""Sending: every mail goes out at most once, or is parked with its reason (docs/adr/0029).

Delivery to the hub sends at least once and makes repetition harmless. Mail has no such partner: a mailbox shows a letter as
often as it comes. So here the one moment that matters is noted before it happens.

1. *Claim*: one conditional UPDATE leases the row. Everything up to the server's "go ahead" may fail, and be tried again.
2. *Hand over*: before the first byte of the letter, another conditional UPDATE, where the lease is still ours, marks the row.
   Whoever was held up so long that the lease was given away finds nothing to mark, and sends nothing.
3. *Settle*: an answer is certain, so yes is sent, "later" waits again, no is parked. Silence is not: the mail is parked as
   `outcome-unknown`, and so is one whose sender died between 2 and 3. A person may send it again, under the same Message-ID.

No transaction is open while a server is spoken to.
"""

import logging
import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Generic, TypeVar

from flask import Flask, current_app
from sqlalchemy.orm import Session

from shared import health
from shared.clock import Clock
from shared.db import Database, read_only, transactional
from shared.errors import Unavailable
from shared.logging import log_event
from shared.mail import queue
from shared.mail.backends import Backend, NotNow, NotSent, NotTaken, OutcomeUnknown, ServerAway
from shared.mail.message import HeaderRefused, Parts, Sender, message_of
from shared.mail.queue import EXTENSION, MailMixin, MailState, Row
from shared.messaging.rules import JITTER_LEAST, JITTER_MOST, backoff_seconds

# The hourly tries of a day; by then somebody should look.
TRIES_MAX = 34
UNKNOWN = "outcome-unknown"
TOO_LATE = "too-late"
_log = logging.getLogger(__name__)
T = TypeVar("T")


class Overtaken(Exception):
    """The lease was given away; the mail is somebody else's now."""


class PostOffice(Generic[Row]):
    """Sends the mails of one table. `sender` says from whom, in a transaction of its caller's."""

    def __init__(self, db: Database, Mail: type[Row], backend: Backend, clock: Clock, *, sender: Callable[[], Sender]) -> None:
        """Nothing is sent before `deliver_due`."""
        self._db, self._Mail, self._backend, self._clock, self._sender = db, Mail, backend, clock, sender

    def counts(self) -> dict[str, int]:
        """How many mails wait and how many are parked."""
        return self._look(lambda session: queue.counts(session, self._Mail))

    def deliver_due(self, limit: int = 50) -> int:
        """Send what is due; stops when the server is away. Returns how many were settled."""
        now = self._clock.now()
        settled = self._command(lambda session: queue.park_unanswered(session, self._Mail, reason=UNKNOWN, now=now))
        for mail_id in self._look(lambda session: queue.due_ids(session, self._Mail, now=now, limit=limit)):
            row = self._command(partial(queue.claim, Mail=self._Mail, mail_id=mail_id, now=self._clock.now()))
            if row is None:
                continue
            try:
                settled += self._deliver(row)
            except ServerAway:
                break
        return settled

    def _deliver(self, row: Row) -> bool:
        """Whether the mail is settled now. Raises ServerAway, when the others need not be tried."""
        if row.good_until is not None and row.good_until <= self._clock.now():
            return self._settle(row, reason=TOO_LATE, **queue.forgotten(MailState.DROPPED))
        try:
            self._backend.send(self._message(row), partial(self._hand_over, row))
        except Overtaken:
            return False
        except Unavailable:
            raise
        except (ServerAway, NotNow) as fault:
            settled = self._put_off(row, fault)
            if isinstance(fault, ServerAway):
                raise
            return settled
        except Exception as error:
            return self._park(row, _reason(row, error))
        return self._settle(row, reason=None, **queue.forgotten(MailState.SENT))

    def _message(self, row: Row) -> Any:
        sender = self._look(lambda _session: self._sender())
        parts = Parts(row.id, row.recipient, row.language, row.subject, row.plain, row.html, row.calendar, row.created_at)
        return message_of(parts, sender)

    def _hand_over(self, row: Row) -> None:
        if not self._command(lambda session: queue.hand_over(session, self._Mail, row)):
            raise Overtaken

    def _put_off(self, row: Row, fault: NotSent) -> bool:
        if row.attempts >= TRIES_MAX:
            return self._park(row, str(fault))
        pause = backoff_seconds(row.attempts, random.uniform(JITTER_LEAST, JITTER_MOST))  # noqa: S311
        at = self._clock.now() + timedelta(seconds=pause)
        values = {"state": MailState.WAITING, "next_attempt_at": at, "reason": str(fault)}
        self._command(lambda session: queue.settle(session, self._Mail, row, **values))
        # The words of a server may name the reader; they stand with the mail alone.
        slug = "server-away" if isinstance(fault, ServerAway) else "not-now"
        log_event(_log, "mail.put-off", level=logging.WARNING, kind=row.kind, slug=slug, count=row.attempts)
        return False

    def _park(self, row: Row, reason: str) -> bool:
        settled = self._settle(row, state=MailState.PARKED, reason=reason[:300])
        if settled:
            log_event(_log, "mail.parked", level=logging.WARNING, kind=row.kind)
        return settled

    def _settle(self, row: Row, **values: Any) -> bool:
        now = self._clock.now()
        return self._command(lambda session: queue.settle(session, self._Mail, row, settled_at=now, **values))

    def _command(self, work: Callable[[Session], T]) -> T:
        return transactional(self._db)(work)(self._db.session())

    def _look(self, work: Callable[[Session], T]) -> T:
        return read_only(self._db)(work)(self._db.session())


def _reason(row: MailMixin, error: Exception) -> str:
    """Why a mail is parked, as the one who looks after it reads it."""
    if isinstance(error, NotTaken):
        return str(error)
    if isinstance(error, OutcomeUnknown):
        return f"{UNKNOWN}: {error}"
    if isinstance(error, HeaderRefused):
        return f"header-refused: {error}"
    log_event(_log, "mail.send-failed", level=logging.ERROR, exc_info=error, kind=row.kind)
    return "send-failed"


def open_post_office(app: Flask, office: PostOffice[Any]) -> None:
    """Let letters of this app be posted, and have its health tell how many wait; the worker calls `deliver_due`."""
    app.extensions[EXTENSION] = office
    health.add_check(app, "mail", office.counts)


def deliver_due() -> int:
    """What the worker calls: send what is due, where this service sends mail."""
    office: PostOffice[Any] | None = current_app.extensions.get(EXTENSION)
    return office.deliver_due() if office else 0
