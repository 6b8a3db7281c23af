"""A node that was restored from a backup: it listens before it speaks again of what it is the authority of."""

import datetime as dt

from sqlalchemy import update
from sqlalchemy.orm import Session

from space_node.db import ReaderState
from space_node.uplink import queries
from space_node.uplink.errors import CatchingUp


def begin_again(session: Session, _restored_to: dt.datetime, now: dt.datetime) -> None:
    """Take everything in anew, the own revs first; until then nothing gets a rev."""
    session.execute(update(ReaderState).values(cursor="", item_key=""))
    own = queries.identity(session)
    if own is not None:
        own.restored_at = now


def require_caught_up(session: Session) -> None:
    """Raises CatchingUp after a restore until the hub has been heard."""
    if is_catching_up(session):
        raise CatchingUp


def is_catching_up(session: Session) -> bool:
    """Whether this node was restored and the hub has not been heard yet."""
    own = queries.identity(session)
    return own is not None and own.restored_at is not None


def caught_up(session: Session) -> None:
    """The hub has said all."""
    queries.require_identity(session).restored_at = None
