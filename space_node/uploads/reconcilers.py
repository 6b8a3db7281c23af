"""The repair of uploads: what nobody came back for goes."""

from shared.messaging.reconcile import Reconciler
from space_node.uploads.service import drop_old_drafts

RECONCILERS = (Reconciler("drop old uploads", 3_600, drop_old_drafts),)
