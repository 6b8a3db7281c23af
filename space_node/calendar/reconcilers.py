"""What follows from who our twins are, without any news of events: what they show us is open to our people."""

import datetime as dt

from sqlalchemy.orm import Session

from shared.messaging.reconcile import Reconciler
from space_node.calendar import service


def show_to_twins(session: Session, _now: dt.datetime) -> int:
    """Open what new twins hold, close what former twins hold. Returns how many events changed."""
    return service.show_to_twins(session)


RECONCILERS = (Reconciler("calendar of twins", 60, show_to_twins),)
