"""Repairs of trust: the key list follows every change of a standing, and what has expired goes."""

from datetime import datetime

from sqlalchemy.orm import Session

from federation.config import present_hub
from federation.trust import service
from shared.messaging.reconcile import Reconciler


def reissue_key_list(session: Session, now: datetime) -> int:
    """Issue the key list anew when a space has been admitted, suspended or reinstated."""
    return int(service.publish_key_list(session, key=present_hub().ring.active("signing", now), now=now) is not None)


def forget_expired(session: Session, now: datetime) -> int:
    """Delete used assertions and passport refs that can no longer matter."""
    return service.forget_expired(session, now=now)


RECONCILERS = (
    Reconciler("reissue key list", 5, reissue_key_list),
    Reconciler("forget used assertions", 600, forget_expired),
)
