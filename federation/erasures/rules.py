"""What becomes of what somebody had who is to be forgotten: pure decisions."""

import datetime as dt
from enum import Enum

from shared.protocol.states import ACTIVE_RSVP_STATES, BookingState, RsvpState

# As long as a node can still send what it wrote before.
WATCHED = dt.timedelta(days=90)


class Step(Enum):
    """What is to be done with a stay or a seat before nothing points to its person any more."""

    CANCEL = "cancel"
    PAY = "pay"
    WAIT = "wait"
    UNLINK = "unlink"


def stay_step(*, state: BookingState, closes_at: dt.datetime | None, claimed: bool, now: dt.datetime) -> Step:
    """A coming stay is cancelled; what a host has claimed is paid, for nobody is left to be asked.

    Whether somebody came to a stay that is over is for its host to say first.
    """
    if claimed:
        return Step.PAY
    if state != BookingState.CONFIRMED:
        return Step.UNLINK
    return Step.CANCEL if closes_at is None or now < closes_at else Step.WAIT


def seat_step(*, state: RsvpState, ends_at: dt.datetime, dated: bool, settled: bool, now: dt.datetime) -> Step:
    """A seat, a place in the queue or an offer is given back; one in a session that is over waits for the count of who came."""
    if settled or state not in ACTIVE_RSVP_STATES:
        return Step.UNLINK
    if state == RsvpState.ATTENDED or (dated and now >= ends_at):
        return Step.WAIT
    return Step.CANCEL
