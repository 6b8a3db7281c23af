"""Repairs of what the host tells: homes hear what has changed, and names go in time."""

from shared.messaging.reconcile import Reconciler
from space_node.hosting import service

TELL_SECONDS = 60
DAILY_SECONDS = 86_400

RECONCILERS = (
    Reconciler("tell homes about sessions", TELL_SECONDS, service.tell_all),
    Reconciler("erase names of sessions", DAILY_SECONDS, service.forget_names),
    Reconciler("erase names of homes that left", DAILY_SECONDS, service.forget_departed),
)
