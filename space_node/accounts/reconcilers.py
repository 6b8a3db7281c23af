"""Repairs of sign-in: what no longer has an effect goes."""

from datetime import datetime

from sqlalchemy.orm import Session

from shared.messaging.reconcile import Reconciler
from shared.signin.service import sweep
from space_node.accounts.service import TABLES


def sweep_sign_in(session: Session, now: datetime) -> int:
    """Delete sessions, links and counters that can no longer be used."""
    return sweep(session, TABLES, now)


RECONCILERS = (Reconciler("sweep sign-in", 3_600, sweep_sign_in),)
