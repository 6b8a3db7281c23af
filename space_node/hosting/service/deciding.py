"""What the host decides about those who want to come; what comes of it is the hub's to say."""

import datetime as dt

from sqlalchemy.orm import Session

from shared.protocol.states import RsvpState
from space_node.hosting import queries, rules
from space_node.hosting.errors import GuestNotCancellable, NothingToDecide
from space_node.hosting.models import GuestRsvp
from space_node.hosting.service import sending


def decide(session: Session, *, session_id: str, rsvp_id: str, approve: bool, now: dt.datetime) -> GuestRsvp:
    """Approve or reject a request; whether an approved one has a seat or a place in the queue is the hub's to say.

    Raises SessionNotHeld, GuestRsvpUnknown, NothingToDecide.
    """
    queries.held(session, session_id)
    guest = queries.require(session, rsvp_id, session_id=session_id, to_change=True)
    if guest.state != RsvpState.PENDING or guest.asked:
        raise NothingToDecide
    sending.ask(session, guest, "approve" if approve else "reject", now)
    return guest


def cancel(session: Session, *, session_id: str, rsvp_id: str, now: dt.datetime) -> GuestRsvp:
    """Take somebody off the list; it costs them nothing. Raises GuestRsvpUnknown, GuestNotCancellable."""
    guest = queries.require(session, rsvp_id, session_id=session_id, to_change=True)
    if guest.asked == "cancel" or guest.state == RsvpState.CANCELLED_BY_HOST:
        return guest
    if not rules.may_cancel(guest.state, arrived=guest.arrived_at is not None, asked=bool(guest.asked)):
        raise GuestNotCancellable
    sending.ask(session, guest, "cancel", now)
    return guest
