"""A call that is repeated gets the answer it got first, and has its effect once.

The key is claimed before the work is done, in the same transaction, so that of two calls at once with one key the later
waits for the earlier and then repeats its answer. If the work is refused, nothing is kept, and a later call may succeed.
"""

import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column, scoped_session

from shared.columns import Instant, JsonText
from shared.errors import Conflict, Malformed
from shared.ids import sha256_hex
from shared.marking import N_
from shared.sessions import with_commit

MAX_KEY = 100
MAX_SCOPE = 200
_KEY = re.compile(rf"[!-~]{{1,{MAX_KEY}}}")
_CLAIMED = 0
_UNTRACKED = {"synchronize_session": False}  # these rows are never held as objects


class KeyReused(Conflict):
    """The Idempotency-Key was used before, for something else."""

    slug = "key-reused"
    title = N_("This key was used for another request")
    sentence = N_("The same Idempotency-Key came before with another body. Send a new request with a new key.")


class IdConflict(Conflict):
    """The id exists, with other content."""

    slug = "id-conflict"
    title = N_("This id is taken")
    sentence = N_("The same id came before with another body. What exists under an id cannot be sent anew in another form.")


class KeyUnusable(Malformed):
    """An Idempotency-Key that cannot be kept."""

    slug = "key-unusable"
    title = N_("This Idempotency-Key cannot be used")
    sentence = N_("An Idempotency-Key has 1 to 100 visible ASCII characters.")


class AnswerMixin:
    """The columns of a table of answers; one row for each scope (who asks for what) and key."""

    scope: Mapped[str] = mapped_column(sa.String(MAX_SCOPE), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(MAX_KEY), primary_key=True)
    request_hash: Mapped[str] = mapped_column(sa.String(64))
    status: Mapped[int]
    body: Mapped[Any] = mapped_column(JsonText)
    at: Mapped[datetime] = mapped_column(Instant, index=True)


class Answered(NamedTuple):
    """The answer, and whether it is that of an earlier call."""

    status: int
    body: dict[str, Any]
    replayed: bool


def answered_once(
    session: Session | scoped_session[Any],
    Model: type[AnswerMixin],
    *,
    scope: str,
    key: str,
    raw_body: bytes,
    now: datetime,
    work: Callable[[], tuple[int, dict[str, Any]]],
    conflict: type[Conflict] = KeyReused,
) -> Answered:
    """Do the work and keep its answer, in the caller's transaction, or repeat the answer kept for the scope and key.

    Raises the given conflict when the key came with another body, KeyUnusable, and whatever the work raises.
    """
    if not _KEY.fullmatch(key):
        raise KeyUnusable
    request_hash = sha256_hex(raw_body)
    claim = {"scope": scope, "key": key, "request_hash": request_hash, "status": _CLAIMED, "body": {}, "at": now}
    this = sa.and_(Model.scope == scope, Model.key == key)
    if not _inserted(session, Model, claim):
        row = session.execute(sa.select(Model.request_hash, Model.status, Model.body).where(this)).one()
        if row.request_hash != request_hash:
            raise conflict
        return Answered(row.status, row.body, replayed=True)
    status, body = work()
    with_commit(session, _keep(_table(Model)), {"of_scope": scope, "of_key": key, "status": status, "body": body})
    return Answered(status, body, replayed=False)


def forget_answers(session: Session | scoped_session[Any], Model: type[AnswerMixin], *, before: datetime) -> int:
    """Delete the answers given before an instant, a reconciler's work. Returns how many."""
    gone = sa.delete(Model).where(Model.at < before).returning(Model.key)
    return len(session.scalars(gone, execution_options=_UNTRACKED).all())


def _inserted(session: Session | scoped_session[Any], Model: type[AnswerMixin], columns: dict[str, Any]) -> bool:
    """Whether this call is the first; a call at the same moment is waited for."""
    return session.scalar(_claim(_table(Model), session.get_bind().dialect.name), columns) is not None


def _table(Model: type[AnswerMixin]) -> sa.Table:
    return cast("sa.Table", sa.inspect(Model).local_table)


# Both come with every command, and are put together once.


@cache
def _keep(table: sa.Table) -> sa.Executable:
    this = (table.c.scope == sa.bindparam("of_scope"), table.c.key == sa.bindparam("of_key"))
    return sa.update(table).where(*this).values(status=sa.bindparam("status"), body=sa.bindparam("body"))


@cache
def _claim(table: sa.Table, dialect: str) -> sa.Executable:
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return insert.on_conflict_do_nothing(index_elements=[table.c.scope, table.c.key]).returning(table.c.key)
