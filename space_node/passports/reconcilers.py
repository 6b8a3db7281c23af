"""Repairs of passports: the status list is where doors look, passes are signed in time, who left holds none."""

from datetime import datetime

from sqlalchemy.orm import Session

from shared.messaging.reconcile import Reconciler
from space_node.passports import service

SOON_SECONDS, MINUTE_SECONDS, HOURLY_SECONDS = 10, 60, 3_600


def _publish(session: Session, now: datetime) -> int:
    return int(service.publish_status_list(session, now))


RECONCILERS = (
    Reconciler("withdraw passports", MINUTE_SECONDS, service.revoke_ended),
    Reconciler("free status places", HOURLY_SECONDS, service.give_back_places),
    Reconciler("sign passports anew", HOURLY_SECONDS, service.sign_anew),
    # Often, so that a space that has just joined is green at its twins' doors at once; it writes only what has changed.
    Reconciler("publish status list", SOON_SECONDS, _publish),
    Reconciler("sign visit passes", MINUTE_SECONDS, service.keep_promises),
    Reconciler("renew passports", HOURLY_SECONDS, service.renew),
)
