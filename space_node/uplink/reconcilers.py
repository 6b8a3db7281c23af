"""Repairs of the uplink that take no input: this space's keys are published, days long past are forgotten."""

import datetime as dt

from sqlalchemy.orm import Session

from shared.messaging.reconcile import Reconciler
from space_node.config import present_node
from space_node.uplink import queries, service

HOURLY_SECONDS, DAILY_SECONDS = 3_600, 86_400


def _publish_keys(session: Session, now: dt.datetime) -> int:
    own = queries.identity(session)
    return int(own is not None and own.joined_at is not None and service.publish_keys(session, present_node(), now=now))


RECONCILERS = (
    Reconciler("publish keys", HOURLY_SECONDS, _publish_keys),
    Reconciler("forget past days", DAILY_SECONDS, service.forget_past_days),
)
