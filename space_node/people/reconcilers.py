"""Repairs of asks and introductions: what is over ends by itself."""

from shared.messaging.reconcile import Reconciler
from space_node.people import service

RECONCILERS = (
    Reconciler("end asks and introductions", 300, service.end_due),
    Reconciler("write letters that had to wait", 60, service.tell_untold),
    Reconciler("forget settled introductions", 86_400, service.forget),
)
