"""Repairs after a restore that take no input."""

from shared.messaging.reconcile import Reconciler
from space_node.recovery import service

RECONCILERS = (Reconciler("forget own list", 86_400, service.forget_own_list),)
