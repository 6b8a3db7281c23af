"""Repairs of what guests may have: the horizon moves a day every day, and what changed is sent."""

from datetime import datetime

from sqlalchemy.orm import Session

from shared.messaging.reconcile import Reconciler
from space_node.desks import queries, service


def publish_days(session: Session, now: datetime) -> int:
    """Send the coming days that the hub does not have yet; what it has refused is not repeated until somebody has looked."""
    return 0 if queries.is_refused(session) else service.publish(session, now=now)


RECONCILERS = (Reconciler("publish days", 300, publish_days),)
