"""Repairs of visits: names go in time."""

from shared.messaging.reconcile import Reconciler
from space_node.visits import service

DAILY_SECONDS = 86_400

RECONCILERS = (Reconciler("erase guests' names", DAILY_SECONDS, service.forget_names),)
