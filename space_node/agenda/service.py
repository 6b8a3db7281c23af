"""The secret address of a member's own calendar: shown once, kept as a hash, replaced or withdrawn at will."""

import datetime as dt

from sqlalchemy.orm import Session

from shared.ids import secret_token, sha256_hex
from space_node.agenda import queries
from space_node.agenda.models import CalendarFeed


def make_address(session: Session, *, member_id: str, with_waiting: bool, now: dt.datetime) -> str:
    """The secret of a new address; the one before stops working."""
    token = secret_token()
    feed = session.get(CalendarFeed, member_id, with_for_update=True, populate_existing=True)
    if feed is None:
        feed = CalendarFeed(member_id=member_id)
        session.add(feed)
    feed.token_sha256, feed.with_waiting, feed.created_at = sha256_hex(token.encode()), with_waiting, now
    session.flush()
    return token


def withdraw_address(session: Session, *, member_id: str) -> None:
    """The address stops working, as if it had never been."""
    feed = queries.calendar_feed(session, member_id)
    if feed is not None:
        session.delete(feed)
        session.flush()
