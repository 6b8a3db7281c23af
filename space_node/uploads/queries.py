"""Reads of uploads."""

import datetime as dt

from sqlalchemy.orm import Session

from space_node.uploads.errors import DraftUnknown
from space_node.uploads.models import ImportDraft as ImportDraft

DRAFT_LIFE = dt.timedelta(days=1)


def draft(session: Session, draft_id: str, *, account_id: str, now: dt.datetime) -> ImportDraft:
    """An upload of this account. Raises DraftUnknown, also for another's."""
    found = session.get(ImportDraft, draft_id)
    if found is None or found.account_id != account_id or found.created_at <= now - DRAFT_LIFE:
        raise DraftUnknown
    return found
