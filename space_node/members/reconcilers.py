"""Repairs that need no asking: memberships end, forgotten uploads go."""

from shared.messaging.reconcile import Reconciler
from space_node.members.service import drop_old_drafts, end_memberships

RECONCILERS = (
    Reconciler("end memberships", 600, end_memberships),
    Reconciler("drop old uploads", 3_600, drop_old_drafts),
)
