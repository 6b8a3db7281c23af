"""Telling a restored hub again what it answered since its backup, each command under the seal of that answer.

The rows stay as they are, answered: the hub does what they say once more in its own time, and its news tell what came of it.
"""

import datetime as dt

from sqlalchemy.orm import Session

from shared.messaging.delivery import SEND_SECONDS
from shared.messaging.outbox import KEPT, sealed_since
from space_node.db import Outbox, db, read_only, transactional
from space_node.uplink import queries
from space_node.uplink.service.hub_session import send_row

LATER = {401, 429}


def begin(session: Session, restored_to: dt.datetime | None) -> None:
    """There is something to tell again: what was answered since then, or everything that is kept."""
    own = queries.require_identity(session)
    own.retell_since, own.retold_id = restored_to or dt.datetime.min.replace(tzinfo=dt.UTC) + KEPT, 0


def tell_again() -> int:
    """Tell what is left to tell. Returns how many commands were told; stops where the hub cannot listen now.

    Raises what the hub's silence is.
    """
    count = 0
    while (rows := _left()) is not None:
        if not rows:
            _all_told()
            break
        for row in rows:
            status = send_row(row, timeout_seconds=SEND_SECONDS).status
            if status >= 500 or status in LATER:
                return count
            count += 1
        _note(rows[-1].id)
    return count


@read_only
def _left() -> list[Outbox] | None:
    own = queries.require_identity(db.session())
    if own.retell_since is None:
        return None
    return sealed_since(db.session(), Outbox, own.retell_since, behind=own.retold_id or 0)


@transactional
def _note(row_id: int) -> None:
    queries.require_identity(db.session()).retold_id = row_id


@transactional
def _all_told() -> None:
    own = queries.require_identity(db.session())
    own.retell_since = own.retold_id = None
