"""Holding an event together: the lead invites, the invited space answers, each side may take it back."""

import datetime as dt

from sqlalchemy.orm import Session

from shared.protocol.states import CohostState, EventState, SessionState
from space_node.events import queries, rules
from space_node.events.errors import CohostUnknown, EventNotPublished, EventPast, NoOpenInvitation
from space_node.events.models import CohostWish
from space_node.events.service.sending import send_answer, send_invitation
from space_node.uplink import queries as uplink


def invite(session: Session, *, event_id: str, space: str, now: dt.datetime) -> None:
    """Ask a space to hold an event with us; for a draft the invitation goes out when it is published. Again, nothing happens.

    Raises OwnEventUnknown, CohostUnknown, EventNotPublished for a cancelled event.
    """
    event = queries.require(session, event_id, lock=True)
    if event.state == EventState.CANCELLED:
        raise EventNotPublished
    if space == uplink.own_slug(session) or uplink.space(session, space) is None:
        raise CohostUnknown(space=space)
    if queries.cohost_state(session, event_id, space) in rules.ANSWERS:
        return
    wish = _wish(session, event_id, space, CohostState.INVITED, now)
    if event.state == EventState.PUBLISHED:
        send_invitation(session, wish, now=now)


def uninvite(session: Session, *, event_id: str, space: str, now: dt.datetime) -> None:
    """Take an invitation back, also one that was accepted: that space's session ends. Raises OwnEventUnknown."""
    event = queries.require(session, event_id, lock=True)
    stands = queries.cohost_state(session, event_id, space)
    if stands in rules.ANSWERS:
        send_invitation(session, _wish(session, event_id, space, CohostState.REMOVED, now), now=now)
    elif (held := queries.wish(session, event_id, space)) is not None and (event.state == EventState.DRAFT or held.fault):
        # It never got to the hub.
        session.delete(held)
        session.flush()


def answer_invitation(session: Session, *, event_id: str, answer: CohostState, note: str = "", now: dt.datetime) -> None:
    """Accept or decline an invitation, or withdraw from an event that we hold too; then our sessions of it are cancelled.

    The same answer again changes nothing. Raises OwnEventUnknown, NoOpenInvitation, EventPast.
    """
    own = uplink.own_slug(session)
    queries.require_heard(session, event_id)
    stands = queries.cohost_state(session, event_id, own)
    if stands == answer:
        return
    if stands is None or answer not in rules.ANSWERS.get(stands, ()):
        raise NoOpenInvitation
    if answer == CohostState.WITHDRAWN and queries.has_taken_place(session, event_id, now):
        raise EventPast
    wish = _wish(session, event_id, own, answer, now)
    send_answer(session, wish, note, now=now)
    if answer == CohostState.WITHDRAWN:
        for one in queries.sessions(session, event_id):
            one.state, one.fault = SessionState.CANCELLED, None


def _wish(session: Session, event_id: str, space: str, wanted: CohostState, now: dt.datetime) -> CohostWish:
    held = session.get(CohostWish, (event_id, space), with_for_update=True, populate_existing=True)
    if held is None:
        held = CohostWish(event_id=event_id, space=space, wanted=wanted, asked_at=now)
        session.add(held)
    elif held.wanted != wanted:
        held.wanted, held.asked_at = wanted, now
    session.flush()
    return held
