"""Repairs of memberships that need no asking: codes that are long over go."""

from federation.memberships.service import drop_old_codes
from shared.messaging.reconcile import Reconciler

RECONCILERS = (Reconciler("drop old link codes", 3_600, drop_old_codes),)
