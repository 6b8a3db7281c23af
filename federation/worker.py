"""What the hub does by itself: number leftovers of the feed, and the reconcilers of every slice (DESIGN §5)."""

from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from federation.bookings import reconcilers as bookings
from federation.briefs import reconcilers as briefs
from federation.credits import reconcilers as credits_
from federation.db import Answer, Feed, FeedCounter, Mail, ReconcilerRun, db
from federation.erasures import reconcilers as erasures
from federation.events import reconcilers as events
from federation.introductions import reconcilers as introductions
from federation.leaving import reconcilers as leaving
from federation.memberships import reconcilers as memberships
from federation.operators import reconcilers as operators
from federation.recovery.api.again import hear_again
from federation.rsvps import reconcilers as rsvps
from federation.trust import reconcilers as trust
from shared import mail
from shared.idempotency import forget_answers
from shared.mail.queue import purge as purge_mail
from shared.messaging.feed import KEPT, number_leftovers, numbered_beside, purge
from shared.messaging.reconcile import Reconciler, run_due
from shared.messaging.worker import Tick, Worker

DAILY_SECONDS = 86_400


def _purge(session: Session, now: datetime) -> int:
    return purge(session, Feed, FeedCounter, now) + forget_answers(session, Answer, before=now - KEPT)


def _purge_mail(session: Session, now: datetime) -> int:
    return purge_mail(session, Mail, now)


RECONCILERS = (
    Reconciler("purge feed and answers", DAILY_SECONDS, _purge),
    Reconciler("purge mail", DAILY_SECONDS, _purge_mail),
    *operators.RECONCILERS,
    *trust.RECONCILERS,
    *credits_.RECONCILERS,
    *bookings.RECONCILERS,
    *rsvps.RECONCILERS,
    *briefs.RECONCILERS,
    *events.RECONCILERS,
    *introductions.RECONCILERS,
    *memberships.RECONCILERS,
    *erasures.RECONCILERS,
    *leaving.RECONCILERS,
)


def make_numberer() -> Worker:
    """What numbers the feed beside the requests of one process, on PostgreSQL; `make_worker` sees to what it leaves."""
    return numbered_beside(db.engine, Feed, FeedCounter)


def make_worker(app: Flask) -> Worker:
    """The worker of this app: a thread of `serve` on SQLite, a process of its own on PostgreSQL."""
    clock = app.extensions["clock"]
    return Worker(
        (
            Tick("number the feed", lambda: number_leftovers(db, Feed, FeedCounter), 1.0),
            Tick("hear again", lambda: hear_again(app), 1.0),
            Tick("tell seats", lambda: rsvps.tell_seats(clock), 1.0),
            Tick("serve queues", lambda: rsvps.serve_queues(clock), 30.0),
            Tick("send mail", mail.deliver_due, 2.0),
            Tick("reconcile", lambda: run_due(db, ReconcilerRun, RECONCILERS, clock), 1.0),
        ),
        context=app.app_context,
    )
