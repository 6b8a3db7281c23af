"""The repair that needs no asking: memberships end."""

from shared.messaging.reconcile import Reconciler
from space_node.members.service import end_memberships

RECONCILERS = (Reconciler("end memberships", 600, end_memberships),)
