"""What a node says of itself to Prometheus, read from the database when it asks."""

from collections.abc import Iterable

import sqlalchemy as sa

from shared.clock import current_clock
from shared.messaging.reconcile import last_runs
from shared.metrics import Gauge, one
from shared.metrics.runs import run_gauges
from space_node.db import ParkedItem, ReconcilerRun, db, read_only
from space_node.uplink import queries as uplink


@read_only
def gauges() -> Iterable[Gauge]:
    """The outbox, what is parked, the contact with the hub and the repairs; what is not known yet is left out."""
    session, now = db.session(), current_clock().now()
    contact, age = uplink.hub_contact(session), uplink.key_list_age(session, now)
    rows = {"waiting": float(contact.waiting_count), "held": float(contact.held_count)}
    news = session.scalar(sa.select(sa.func.count()).select_from(ParkedItem)) or 0
    parked = {"command": float(contact.parked_count - news), "news": float(news)}
    oldest, heard = contact.oldest_waiting_at, contact.last_ok_at
    found = [
        Gauge("twindesk_outbox_rows", "Commands that the hub has not answered; of those waiting, some are held.", rows, "state"),
        one("twindesk_outbox_oldest_seconds", "How long the oldest command waits.", (now - (oldest or now)).total_seconds()),
        Gauge("twindesk_parked_items", "What was refused or could not be taken in.", parked, "kind"),
        *run_gauges(last_runs(session, ReconcilerRun)),
    ]
    if heard is not None:
        found.append(one("twindesk_hub_answer_timestamp_seconds", "When the hub last answered.", heard.timestamp()))
    if contact.skew_seconds is not None:
        found.append(one("twindesk_clock_skew_seconds", "How far the hub's clock is ahead of ours.", contact.skew_seconds))
    if age is not None:
        found.append(one("twindesk_key_list_age_seconds", "How long ago the hub vouched for the key list.", age.total_seconds()))
    return found
