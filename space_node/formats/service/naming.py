"""Naming a single author with a format of ours, beside the space, and taking the name off again (ADR 0037)."""

import datetime as dt

from sqlalchemy.orm import Session

from shared.messaging.errors import CatchingUp
from space_node.accounts import queries as accounts
from space_node.authors import service as authors
from space_node.formats import queries
from space_node.formats.errors import AuthorHasNotAgreed


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
    if accounts.is_catching_up(session):
        raise CatchingUp
    queries.ours(session, format_id, to_change=True)
