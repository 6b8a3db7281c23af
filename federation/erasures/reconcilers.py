"""Repairs of erasures: what waited for its end is forgotten then, and what comes in later is forgotten too."""

import datetime as dt
from functools import partial

from sqlalchemy.orm import Session

from federation.erasures import queries, service
from shared.messaging.reconcile import Reconciler, repair_each


def finish(session: Session, now: dt.datetime) -> int:
    """Go on with those of which something waited: for a host's word, or for the count of who came."""
    return repair_each(session, queries.unfinished(session), partial(service.apply, now=now), fault="erasure.not_repaired")


def forget_again(session: Session, now: dt.datetime) -> int:
    """Forget what a node has sent since, that it had written before."""
    return repair_each(session, queries.watched(session, now), partial(service.apply, now=now), fault="erasure.not_repaired")


RECONCILERS = (
    Reconciler("finish erasures", 60, finish),
    Reconciler("forget again", 3_600, forget_again),
)
