"""Naming a single author with a format of ours, beside the space, and taking the name off again (ADR 0037)."""

import datetime as dt

from sqlalchemy.orm import Session

from space_node.authors import service as authors
from space_node.formats import queries
from space_node.formats.errors import AuthorHasNotAgreed
from space_node.uplink import service as uplink_service


def name_author(session: Session, *, format_id: str, name: str, agreed: bool, now: dt.datetime) -> None:
    """Name somebody who has agreed to it. Raises FormatUnknown, NotYourFormat, AuthorHasNotAgreed, CatchingUp."""
    _lock(session, format_id)
    if not agreed:
        raise AuthorHasNotAgreed
    authors.name(session, format_id=format_id, name=name, now=now)


def withdraw_author(session: Session, *, format_id: str, now: dt.datetime) -> bool:
    """Name nobody any more; whether somebody was. Raises FormatUnknown, NotYourFormat, CatchingUp."""
    _lock(session, format_id)
    return authors.withdraw(session, format_id=format_id, now=now)


def _lock(session: Session, format_id: str) -> None:
    """One naming of a format at a time. Raises FormatUnknown, NotYourFormat, CatchingUp."""
    uplink_service.require_caught_up(session)
    queries.ours(session, format_id, to_change=True)
