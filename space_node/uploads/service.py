"""Files that somebody has uploaded and looks at before they are imported."""

import datetime as dt

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shared.ids import new_id
from space_node.uploads.models import ImportDraft
from space_node.uploads.queries import DRAFT_LIFE

KEPT_AT_ONCE = 5


def keep_draft(session: Session, *, account_id: str, file_name: str, content: bytes, now: dt.datetime) -> str:
    """Keep an uploaded file until it is imported, for a day at most, beside the account's newest few. Returns its id."""
    draft = ImportDraft(id=new_id(now), account_id=account_id, file_name=file_name, content=content, created_at=now)
    session.add(draft)
    session.flush()
    others = select(ImportDraft.id).where(ImportDraft.account_id == account_id, ImportDraft.id != draft.id)
    newest_first = others.order_by(ImportDraft.created_at.desc(), ImportDraft.id.desc())
    too_many = session.scalars(newest_first.offset(KEPT_AT_ONCE - 1)).all()
    session.execute(delete(ImportDraft).where(ImportDraft.id.in_(too_many)))
    return draft.id


def drop_draft(session: Session, draft_id: str) -> None:
    """Forget an uploaded file."""
    session.execute(delete(ImportDraft).where(ImportDraft.id == draft_id))


def drop_old_drafts(session: Session, now: dt.datetime) -> int:
    """Forget the files that nobody came back for, and return how many."""
    old = delete(ImportDraft).where(ImportDraft.created_at <= now - DRAFT_LIFE)
    return len(session.execute(old.returning(ImportDraft.id)).all())


def drop_all(session: Session) -> None:
    """Forget all of them, as they may name somebody who is to be forgotten."""
    session.execute(delete(ImportDraft))
