"""Repairs of leaving: whoever wants to go and has nothing open any more has left."""

import datetime as dt

from sqlalchemy.orm import Session

from federation.leaving import queries, rules, service
from shared.messaging.reconcile import Reconciler

ACTOR = "hub"


def complete(session: Session, now: dt.datetime) -> int:
    """Complete the leaving of spaces with which nothing is open, their position included."""
    gone = [one.slug for one in queries.leaving(session)]
    done = [slug for slug in gone if rules.is_done(queries.open_matters(session, slug, now), settled=False)]
    for slug in done:
        service.complete(session, slug=slug, actor=ACTOR, now=now)
    return len(done)


RECONCILERS = (Reconciler("complete leaving", 60, complete),)
