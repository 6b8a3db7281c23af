"""Repairs that need no asking: memberships end, forgotten uploads and spent sign-ins go."""

from datetime import datetime

from sqlalchemy.orm import Session

from shared.messaging.reconcile import Reconciler
from shared.signin.service import sweep
from space_node.members.service import TABLES, drop_old_drafts, end_memberships


def sweep_sign_in(session: Session, now: datetime) -> int:
    """Delete sessions, links and counters that can no longer be used."""
    return sweep(session, TABLES, now)


RECONCILERS = (
    Reconciler("end memberships", 600, end_memberships),
    Reconciler("drop old uploads", 3_600, drop_old_drafts),
    Reconciler("sweep sign-in", 3_600, sweep_sign_in),
)
