"""Repairs of places at events: names and links of others go in time."""

from shared.messaging.reconcile import Reconciler
from space_node.rsvps import service

DAILY_SECONDS = 86_400

RECONCILERS = (Reconciler("forget who came to events", DAILY_SECONDS, service.forget_people),)
