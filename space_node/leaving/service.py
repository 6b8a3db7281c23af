"""Writes of leaving: what this space holds is called off, with a note to all who would have come; then the hub is told.

`ask_to_leave` is an edge, as in `uplink.service.exchange`: somebody waits for what the hub answers.
"""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from shared.clock import current_clock
from shared.ids import new_id
from shared.protocol.leaving import LeaveRequest, LeavingEntry
from shared.protocol.states import CohostState
from shared.protocol.version import BASE_PATH
from shared.schemas import load
from space_node.config import present_node
from space_node.db import db, transactional
from space_node.events import service as events
from space_node.leaving import queries
from space_node.leaving.errors import NoteMissing
from space_node.uplink.service import exchange, hub_session


def ask_to_leave(*, cancel_open: bool, note: str) -> dict[str, Any]:
    """Call off what is to come, where that is wished, and tell the hub. Returns where this space stands and what is open.

    Raises NoteMissing, or what the hub refuses or its silence is.
    """

    @transactional
    def call_off() -> None:
        session, now = db.session(), current_clock().now()
        if (queries.led_ahead(session, now) or queries.held_ahead(session, now)) and not note:
            raise NoteMissing
        _call_off(session, note=note, now=now)

    hub = hub_session()
    if cancel_open:
        call_off()
        exchange.deliver()
    answer = hub.post(f"{BASE_PATH}/self/leave", LeaveRequest().dump({"cancel_open": cancel_open}), key=new_id())
    present_node().wake()
    return load(LeavingEntry, answer)


def _call_off(session: Session, *, note: str, now: dt.datetime) -> int:
    """Cancel the events that we lead, and withdraw from those that we hold with others. Returns how many that were."""
    led, held = queries.led_ahead(session, now), queries.held_ahead(session, now)
    for event_id in led:
        events.cancel(session, event_id=event_id, note=note, now=now)
    for event_id in held:
        events.answer_invitation(session, event_id=event_id, answer=CohostState.WITHDRAWN, now=now)
    return len(led) + len(held)
