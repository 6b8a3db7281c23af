"""The hub's feed: news for one space or for the whole network, numbered in the order in which a polling reader may see it.

A number drawn at insert is not the order of commits: a reader that has seen 7 never comes back for 6, which commits later.
So rows are numbered after their commit, by one transaction at a time, which holds the counter's row; a reader sees only
numbered rows, so whoever sees a number sees every smaller one too. On SQLite one transaction writes at a time anyway, and
rows are numbered as they are written. Nothing but this module numbers, and no read does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.db import after_commit, with_commit
from shared.ids import new_id
from shared.messaging.cursor import Cursors
from shared.messaging.numbering import (
    Counter_,
    Feed_,
    FeedCounterMixin,
    FeedMixin,
    bounds,
    draw,
    number,
    number_all,
    number_leftovers,
    numbered_beside,
    open_feed,
    raise_epoch,
    table_of,
)
from shared.messaging.scratch import of_transaction

__all__ = [
    "NETWORK",
    "FeedCounterMixin",
    "FeedItem",
    "FeedMixin",
    "FeedPage",
    "append",
    "bounds",
    "event",
    "number",
    "number_leftovers",
    "numbered_beside",
    "open_feed",
    "page",
    "purge",
    "raise_epoch",
]

NETWORK = "*"
KEPT = timedelta(days=90)
# With every character at its longest in UTF-8, a page stays below what the outbound client takes (1 MB).
PAGE_CHARACTERS = 200_000
MAX_PAGE_ITEMS = 500


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One numbered row, as a reader gets it."""

    id: str
    seq: int
    type: str
    subject: str
    rev: int
    recorded_at: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Items in order, and the cursor behind the last row examined: it moves on for a reader that gets nothing, too."""

    items: list[FeedItem]
    cursor: str
    head: int
    more: bool
    epoch: str

    def as_wire(self, source: str) -> dict[str, Any]:
        """The answer for `protocol.feed.FeedPage` to write: CloudEvents, each with rev and epoch."""
        return {"items": [event(item, self.epoch, source) for item in self.items], "cursor": self.cursor, "more": self.more}


@dataclass(slots=True)
class _Appended:
    """What one transaction has appended: its ids grow, and one hook numbers them all."""

    last_id: str = ""
    numbered: bool = False

    def mint(self) -> str:
        minted = new_id()
        while minted <= self.last_id:
            minted = new_id()
        self.last_id = minted
        return minted

    def number_once(self, session: Session, Feed: type[Feed_], Counter: type[Counter_]) -> None:
        if not self.numbered:
            self.numbered = True
            number_all(session.get_bind(), Feed, Counter)


def event(item: FeedItem, epoch: str, source: str) -> dict[str, Any]:
    """One item as a CloudEvent for `protocol.feed` to write, in a page of the feed or of a snapshot."""
    return {
        "specversion": "1.0",
        "id": item.id,
        "source": source,
        "type": item.type,
        "subject": item.subject,
        "rev": item.rev,
        "epoch": epoch,
        "time": item.recorded_at,
        "data": item.data,
    }


def append(
    session: Session,
    Feed: type[Feed_],
    Counter: type[Counter_],
    bodies: Mapping[str, dict[str, Any]],
    *,
    type: str,
    subject: str,
    rev: int,
    now: datetime,
    coalesce: bool = False,
) -> None:
    """Write a row for each audience, with its body, in the caller's transaction; readers see them soon after its commit.

    With `coalesce`, an older row of the same audience and subject goes: for whole states that nobody needs in between.
    """
    if not bodies:
        return
    audiences = sorted(bodies)
    appended = of_transaction(session, "twindesk-feed", _Appended)
    if coalesce:
        with_commit(session, sa.delete(table_of(Feed)).where(Feed.subject == subject, Feed.audience.in_(audiences)))
    same = {"type": type, "subject": subject, "rev": rev, "recorded_at": now, "seq": None}
    rows = [{**same, "id": appended.mint(), "audience": one, "body": bodies[one]} for one in audiences]
    if session.get_bind().dialect.name == "sqlite":
        for seq, row in enumerate(rows, draw(session, Counter, len(rows))):
            row["seq"] = seq
    else:
        after_commit(session, lambda: appended.number_once(session, Feed, Counter))
    with_commit(session, _new(table_of(Feed)), *rows)


@cache
def _new(feed: sa.Table) -> sa.Executable:
    return sa.insert(feed)


def page(
    session: Session,
    Feed: type[Feed_],
    Counter: type[Counter_],
    cursors: Cursors,
    *,
    audience: str,
    since: str | None,
    limit: int = 200,
) -> FeedPage:
    """What an audience may read behind its cursor, the network's news included.

    Raises CursorRequired, CursorMalformed, CursorExpired, FeedReset.
    """
    held = bounds(session, Counter)
    behind = cursors.locate(since, held)
    limit = max(1, min(limit, MAX_PAGE_ITEMS))
    found = session.execute(_behind(Feed, audience, behind, held.head, limit + 1)).all()
    items: list[FeedItem] = []
    characters_left = PAGE_CHARACTERS
    for row in found[:limit]:
        characters_left -= row.size
        if items and characters_left < 0:
            break
        items.append(FeedItem(row.id, row.seq, row.type, row.subject, row.rev, row.recorded_at, row.body))
    more = len(items) < len(found)
    examined = items[-1].seq if more else held.head
    return FeedPage(items, cursors.encode(held.epoch, examined), held.head, more, held.epoch)


def purge(session: Session, Feed: type[Feed_], Counter: type[Counter_], now: datetime) -> int:
    """Delete what is older than 90 days, a reconciler's work; cursors before it expire. Returns how many rows went."""
    old = sa.select(sa.func.max(Feed.seq)).where(Feed.recorded_at < now - KEPT)
    floor = session.scalar(old)
    if floor is None:
        return 0
    gone = sa.delete(Feed).where(Feed.seq <= floor).returning(Feed.id)
    count = len(session.scalars(gone, execution_options={"synchronize_session": False}).all())
    raised = sa.update(Counter).where(Counter.floor_seq < floor).values(floor_seq=floor)
    session.execute(raised, execution_options={"synchronize_session": False})
    return count


def _behind(Feed: type[Feed_], audience: str, behind: int, head: int, limit: int) -> sa.Select[Any]:
    columns = (Feed.id, Feed.seq, Feed.type, Feed.subject, Feed.rev, Feed.recorded_at, Feed.body)
    size = sa.func.length(Feed.body).label("size")
    # One index range each; asked for together, they would be searched through or sorted.
    ranges = [
        sa.select(*columns, size).where(Feed.audience == one, Feed.seq > behind, Feed.seq <= head).order_by(Feed.seq).limit(limit)
        for one in (audience, NETWORK)
    ]
    both = sa.union_all(*(sa.select(found.subquery()) for found in ranges)).subquery()
    return sa.select(both).order_by(both.c.seq).limit(limit)
