"""What the node does by itself: read the hub's news, deliver its outbox, fetch lists, and the reconcilers of every slice."""

from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from shared import mail
from shared.mail.queue import purge
from shared.messaging.delivery import Delivery
from shared.messaging.feed_reader import FeedReader
from shared.messaging.outbox import purge_settled
from shared.messaging.reconcile import Reconciler, run_due
from shared.messaging.worker import Tick, Worker
from space_node import wire
from space_node.accounts import reconcilers as accounts
from space_node.calendar import reconcilers as calendar
from space_node.config import Node
from space_node.db import Mail, Outbox, ParkedItem, ReaderState, ReconcilerRun, db
from space_node.desks import reconcilers as desks
from space_node.hosting import reconcilers as hosting
from space_node.letters import service as letters
from space_node.members import reconcilers as members
from space_node.passports import reconcilers as passports
from space_node.people import reconcilers as people
from space_node.recovery import reconcilers as after_restore
from space_node.recovery import service as recovery
from space_node.rsvps import reconcilers as rsvps
from space_node.uplink import reconcilers as uplink
from space_node.uplink.service import exchange, send_row
from space_node.uploads import reconcilers as uploads
from space_node.visits import reconcilers as visits

DAILY_SECONDS = 86_400
DELIVER_SECONDS = 2.0
LOOK_SECONDS = 5.0
SILENT_SECONDS = 30.0


def _purge(session: Session, now: datetime) -> int:
    return purge_settled(session, Outbox, now)


def _purge_mail(session: Session, now: datetime) -> int:
    return purge(session, Mail, now)


RECONCILERS = (
    Reconciler("purge outbox", DAILY_SECONDS, _purge),
    Reconciler("purge mail", DAILY_SECONDS, _purge_mail),
    *uplink.RECONCILERS,
    *after_restore.RECONCILERS,
    *accounts.RECONCILERS,
    *members.RECONCILERS,
    *uploads.RECONCILERS,
    *passports.RECONCILERS,
    *desks.RECONCILERS,
    *calendar.RECONCILERS,
    *visits.RECONCILERS,
    *rsvps.RECONCILERS,
    *hosting.RECONCILERS,
    *people.RECONCILERS,
)


def connect(app: Flask, node: Node) -> None:
    """Give the node its way up and its way down; what is enqueued in this app is sent right after the commit."""
    clock = node.clock
    node.delivery = Delivery(db, Outbox, send_row, wire.apply, clock, refuse=wire.refuse, wake=node.wake)
    node.delivery.install(app)
    node.reader = FeedReader(
        db,
        ReaderState,
        ParkedItem,
        fetch=exchange.fetch_changes,
        handlers=wire.FEED,
        snapshot=recovery.take_snapshots,
        on_reset=recovery.on_reset,
        after_read=exchange.after_read,
        clock=clock,
    )


def make_worker(app: Flask) -> Worker:
    """The worker of this app: a thread of `serve` on SQLite, a process of its own on PostgreSQL."""
    node: Node = app.extensions["node"]
    worker = Worker(
        (
            Tick("read the news", exchange.poll, node.poll_seconds),
            Tick("tell again", recovery.tell_again, DELIVER_SECONDS),
            Tick("deliver", exchange.deliver, DELIVER_SECONDS),
            Tick("write for the silent", letters.write_for_the_silent, SILENT_SECONDS),
            Tick("send mail", mail.deliver_due, DELIVER_SECONDS),
            Tick("fetch lists", exchange.fetch_lists, LOOK_SECONDS),
            Tick("reconcile", lambda: run_due(db, ReconcilerRun, RECONCILERS, node.clock), LOOK_SECONDS),
        ),
        context=app.app_context,
    )
    node.on_wake(worker.wake)
    return worker
