"""The way up: everything about one event has one subject, so that the event arrives before its co-hosts and sessions."""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from shared.messaging.outbox import discard_settled
from shared.protocol.events import CohostAnswer, CohostInvitation, EventUpdate, SessionUpdate
from shared.protocol.states import CohostState
from shared.protocol.version import BASE_PATH
from space_node.calendar import queries as calendar
from space_node.db import Outbox
from space_node.events import rules
from space_node.events.models import CohostWish, OwnEvent, OwnSession
from space_node.uplink import service as uplink_service

ANSWER_WORDS = {CohostState.ACCEPTED: "accept", CohostState.DECLINED: "decline", CohostState.WITHDRAWN: "withdraw"}


def send_event(session: Session, event: OwnEvent, *, now: dt.datetime) -> None:
    """Send the event as it is, under its next rev."""
    heard = calendar.event(session, event.id)
    event.rev = rules.next_rev(event.rev, heard.lead_rev if heard else 0)
    event.fault, event.fault_detail = None, ""
    _send(session, "event", "PUT", _path(event.id), _body(EventUpdate(), event), event.id, now=now)


def send_session(session: Session, own: OwnSession, *, now: dt.datetime) -> None:
    """Send a session as it is, under its next rev."""
    heard = calendar.session(session, own.id)
    own.rev = rules.next_rev(own.rev, heard.host_rev if heard else 0)
    own.fault, own.fault_detail = None, ""
    path = f"{_path(own.event_id)}/sessions/{own.id}"
    _send(session, "session", "PUT", path, _body(SessionUpdate(), own), own.event_id, now=now)


def send_invitation(session: Session, wish: CohostWish, *, now: dt.datetime) -> None:
    """Ask a space to hold the event with us, or take that back."""
    body = CohostInvitation().dump({"state": wish.wanted})
    _open(wish)
    _send(session, "cohost", "PUT", _cohost_path(wish), body, wish.event_id, now=now)


def send_answer(session: Session, wish: CohostWish, note: str, *, now: dt.datetime) -> None:
    """Answer an invitation."""
    path = f"{_cohost_path(wish)}/{ANSWER_WORDS[CohostState(wish.wanted)]}"
    _open(wish)
    _send(session, "cohost-answer", "POST", path, CohostAnswer().dump({"note": note}), wish.event_id, now=now)


def _open(wish: CohostWish) -> None:
    wish.sent, wish.answered, wish.fault, wish.fault_detail = True, False, None, ""


def _body(schema: Any, row: OwnEvent | OwnSession) -> dict[str, Any]:
    return dict(schema.dump({name: getattr(row, name) for name in schema.fields}))


def _path(event_id: str) -> str:
    return f"{BASE_PATH}/events/{event_id}"


def _cohost_path(wish: CohostWish) -> str:
    return f"{_path(wish.event_id)}/cohosts/{wish.space}"


def _send(session: Session, kind: str, method: str, path: str, body: dict[str, Any], event_id: str, *, now: dt.datetime) -> None:
    """What the hub refused of the same before is out of date now, and need not be looked at any more."""
    session.flush()
    discard_settled(session, Outbox, kind=kind, path=path)
    uplink_service.send(session, kind=kind, method=method, path=path, body=body, subject=f"event/{event_id}", now=now)
