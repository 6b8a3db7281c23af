"""Numbers of the feed: drawn from one counter, one transaction at a time, in the order in which they become visible.

On PostgreSQL whoever numbers holds the counter's row until its commit; on SQLite whoever writes at all is alone.
"""

import time
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column

from shared.db import Database, Instant, JsonText, read_only, transactional
from shared.messaging.cursor import Bounds
from shared.messaging.turns import Turns
from shared.messaging.worker import LONGEST_PAUSE_SECONDS, Tick, Worker

_THE_ROW = 1
_BATCH = 500
# How long commits are gathered under load; less than any reader waits between two looks.
_GATHERED_SECONDS = 0.05
_turns: WeakKeyDictionary[sa.Engine | sa.Connection, Turns] = WeakKeyDictionary()
_beside: WeakKeyDictionary[sa.Engine | sa.Connection, Worker] = WeakKeyDictionary()
_numbered_at: WeakKeyDictionary[sa.Engine | sa.Connection, float] = WeakKeyDictionary()
# Epochs grow with time, so that a second restore of one backup does not repeat the first one's; seconds fit any integer column.
_EPOCH_ZERO = datetime(2026, 1, 1, tzinfo=UTC)


class FeedMixin:
    """The columns of the feed. `audience` is a space's slug, or `*` for the network; `seq` is empty until the row is numbered."""

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    seq: Mapped[int | None] = mapped_column(sa.BigInteger, unique=True)
    audience: Mapped[str] = mapped_column(sa.String(24))
    type: Mapped[str] = mapped_column(sa.String(60))
    subject: Mapped[str] = mapped_column(sa.String(120))
    rev: Mapped[int] = mapped_column(sa.BigInteger)
    body: Mapped[dict[str, Any]] = mapped_column(JsonText)
    recorded_at: Mapped[datetime] = mapped_column(Instant)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        unnumbered = sa.text("seq IS NULL")
        return (
            sa.Index(None, "audience", "seq"),
            sa.Index(None, "subject", "audience"),
            sa.Index(None, "id", sqlite_where=unnumbered, postgresql_where=unnumbered),
            sa.Index(None, "recorded_at"),
        )


class FeedCounterMixin:
    """One row: the epoch, the next number, the last number purged; how far back the backup of this epoch reached, and, while
    readers still tell again what it has forgotten, since when they do."""

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    epoch: Mapped[str] = mapped_column(sa.String(16))
    next_seq: Mapped[int] = mapped_column(sa.BigInteger, default=1)
    floor_seq: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    restored_to: Mapped[datetime | None] = mapped_column(Instant)
    recovering_since: Mapped[datetime | None] = mapped_column(Instant)

    def __init__(self, **columns: Any) -> None:
        super().__init__(**columns)


Feed_ = TypeVar("Feed_", bound=FeedMixin)
Counter_ = TypeVar("Counter_", bound=FeedCounterMixin)


def open_feed(session: Session, Counter: type[Counter_], *, now: datetime) -> Counter_:
    """The feed's counter, made with a first epoch where there is none; a service calls it before it serves."""
    counter = session.get(Counter, _THE_ROW)
    if counter is None:
        counter = Counter(id=_THE_ROW, epoch=_next_epoch(0, now))
        session.add(counter)
        session.flush()
    return counter


def raise_epoch(session: Session, Counter: type[Counter_], *, restored_to: datetime, now: datetime) -> str:
    """Begin another life of the feed after a restore, in which no cursor of the old one is valid. Returns the new epoch."""
    counter = session.scalars(sa.select(Counter).with_for_update()).one()
    counter.epoch, counter.restored_to = _next_epoch(int(counter.epoch), now), restored_to
    counter.recovering_since = now
    session.flush()
    return counter.epoch


def number(session: Session, Feed: type[Feed_], Counter: type[Counter_], limit: int = _BATCH) -> int:
    """Number what is committed and not yet numbered, in the order of ids. Returns how many rows were numbered.

    Whoever numbers holds the counter's row until its commit, so numbers become visible in their order. Rows that somebody
    else is just deleting are passed over.
    """
    next_seq = session.execute(_hold(table_of(Counter))).scalar_one()
    count = len(session.execute(_number(table_of(Feed)), {"last_seq": next_seq - 1, "most": limit}).all())
    if count:
        draw(session, Counter, count)
    return count


def numbered_beside(bind: sa.Engine, Feed: type[Feed_], Counter: type[Counter_]) -> Worker:
    """A worker for a process that serves: while it runs, commits that follow each other closely are numbered together."""

    def gather_and_number() -> None:
        time.sleep(_GATHERED_SECONDS)
        _number_everything(bind, Feed, Counter)

    _beside[bind] = Worker([Tick("number the feed", gather_and_number, LONGEST_PAUSE_SECONDS)])
    return _beside[bind]


def number_all(bind: sa.Engine | sa.Connection, Feed: type[Feed_], Counter: type[Counter_]) -> None:
    """Have everything numbered that is committed, in transactions of its own: before this returns, of many threads by two.

    Right after the last time it is left to who runs beside, so that under load no answer waits for it.
    """
    beside = _beside.get(bind)
    if beside is not None and beside.alive and time.monotonic() < _numbered_at.get(bind, 0.0) + _GATHERED_SECONDS:
        beside.wake()
        return
    _turns.setdefault(bind, Turns()).run(lambda: _number_everything(bind, Feed, Counter))


def number_leftovers(db: Database, Feed: type[Feed_], Counter: type[Counter_]) -> int:
    """Number what an edge died before numbering: the worker's tick on PostgreSQL. Returns how many rows were numbered."""
    unnumbered = sa.select(Feed.id).where(Feed.seq.is_(None)).limit(1)
    if read_only(db)(lambda: db.session.scalar(unnumbered))() is None:
        return 0
    return transactional(db)(lambda: number(db.session(), Feed, Counter))()


def bounds(session: Session, Counter: type[Counter_]) -> Bounds:
    """What the feed holds now; a snapshot takes its cursor from here before it reads anything else."""
    row = session.execute(sa.select(Counter.epoch, Counter.floor_seq, Counter.next_seq, Counter.restored_to)).one()
    return Bounds(epoch=row.epoch, floor=row.floor_seq, head=row.next_seq - 1, restored_to=row.restored_to)


def draw(session: Session, Counter: type[Counter_], count: int) -> int:
    """Take so many numbers in the caller's transaction, for SQLite. Returns the first."""
    next_seq: int = session.execute(_draw(table_of(Counter)), {"count": count}).scalar_one()
    return next_seq - count


def _number_everything(bind: sa.Engine | sa.Connection, Feed: type[Feed_], Counter: type[Counter_]) -> None:
    _numbered_at[bind] = time.monotonic()
    full = True
    while full:
        with Session(bind, join_transaction_mode="create_savepoint") as own, own.begin():
            full = number(own, Feed, Counter) == _BATCH


def _next_epoch(held: int, now: datetime) -> str:
    return str(max(held + 1, int((now - _EPOCH_ZERO).total_seconds())))


def table_of(Model: type[FeedMixin | FeedCounterMixin]) -> sa.Table:
    """The table of a feed or of its counter, for statements that make no objects."""
    return cast("sa.Table", sa.inspect(Model).local_table)


# These come with every command, and are put together once.


@cache
def _hold(counter: sa.Table) -> sa.Executable:
    return sa.select(counter.c.next_seq).with_for_update()


@cache
def _draw(counter: sa.Table) -> sa.Executable:
    drawn = counter.c.next_seq + sa.bindparam("count", type_=sa.BigInteger)
    return sa.update(counter).values(next_seq=drawn).returning(counter.c.next_seq)


@cache
def _number(feed: sa.Table) -> sa.Executable:
    unnumbered = sa.select(feed.c.id).where(feed.c.seq.is_(None)).order_by(feed.c.id)
    fresh = unnumbered.limit(sa.bindparam("most", type_=sa.Integer)).with_for_update(skip_locked=True).subquery()
    place = sa.func.row_number().over(order_by=fresh.c.id)
    drawn = sa.select(fresh.c.id, (sa.bindparam("last_seq", type_=sa.BigInteger) + place).label("seq")).subquery()
    return sa.update(feed).where(feed.c.id == drawn.c.id).values(seq=drawn.c.seq).returning(feed.c.id)
