"""Asking the hub which homes have not read what their people should know, and writing to these people ourselves.

As `uplink.service.exchange` does, this is an edge: it asks outside of any transaction, and writes within one.
"""

from shared import mail
from shared.clock import current_clock
from shared.errors import NotFound
from shared.protocol.rsvps import Unheard
from shared.protocol.version import BASE_PATH
from shared.schemas import load
from space_node.db import db, read_only, transactional
from space_node.letters import queries
from space_node.letters.service import directly
from space_node.uplink import service as uplink_service


def write_for_the_silent() -> int:
    """Write to the guests whose home is out. Returns how many were written to. Raises what the hub's silence is."""
    due = read_only(lambda: queries.sessions_to_ask_about(db.session(), current_clock().now()))
    return sum(_write(session_id) for session_id in due()) if mail.is_on() else 0


def _write(session_id: str) -> int:
    try:
        answer = uplink_service.hub_session().get(f"{BASE_PATH}/sessions/{session_id}/unheard")
    except NotFound:
        # A hub that was restored may have to be told of the session first.
        return 0
    quiet = {one["home"]: one["quiet_seconds"] for one in load(Unheard, answer)["homes"]}

    @transactional
    def write() -> int:
        return directly.write_where_silent(db.session(), session_id, quiet, now=current_clock().now())

    return write()
