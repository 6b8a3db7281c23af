"""The node's side of the feed: each item takes effect once, in order, and one that cannot is parked while the next goes on.

An item's effect and the reader's place behind it are one transaction, begun by a conditional update of the place: whoever
finds the place moved (another thread has read on) changes nothing and stops. The cursor stands for a page; the last item
dealt with stands beside it, so that a page cut short by a crash goes on where it stopped.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from shared.clock import Clock
from shared.db import Database, Instant, read_only, transactional
from shared.errors import Refusal
from shared.http import Answer
from shared.loader import dump_json
from shared.logging import log_event
from shared.messaging.cursor import CursorExpired, CursorMalformed, FeedReset
from shared.messaging.errors import NewsNotApplied, NotParked, is_database_trouble, told
from shared.messaging.news import CURSOR_CHARACTERS, News, NewsPage, instant_of, key_of, labels_of, read_item, read_page
from shared.problems import read

__all__ = ["FeedReader", "Handler", "News", "ParkedItemMixin", "ReaderStateMixin"]

MAX_PAGES = 50
# So many items share a command: what a node has to catch up with after a night is taken in several times as fast.
TOGETHER = 20
_STARTS_OVER = {CursorExpired.slug, CursorMalformed.slug, FeedReset.slug}
_log = logging.getLogger(__name__)
T = TypeVar("T")


class ReaderStateMixin:
    """Where the reader stands: a row for each feed that is read. An empty cursor has yet to take a snapshot."""

    name: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    cursor: Mapped[str] = mapped_column(sa.String(CURSOR_CHARACTERS), default="")
    item_key: Mapped[str] = mapped_column(sa.String(64), default="")
    epoch: Mapped[str] = mapped_column(sa.String(16), default="")
    last_read_at: Mapped[datetime | None] = mapped_column(Instant)

    def __init__(self, **columns: Any) -> None:
        super().__init__(**columns)


class ParkedItemMixin:
    """An item that could not be taken in, as it came (JSON), and why."""

    id: Mapped[int] = mapped_column(primary_key=True)
    item_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    type: Mapped[str] = mapped_column(sa.String(60), default="")
    subject: Mapped[str] = mapped_column(sa.String(120), default="", index=True)
    rev: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    item: Mapped[str] = mapped_column(sa.Text)
    problem_slug: Mapped[str] = mapped_column(sa.String(80))
    problem_detail: Mapped[str] = mapped_column(sa.Text)
    parked_at: Mapped[datetime] = mapped_column(Instant)

    def __init__(self, **columns: Any) -> None:
        super().__init__(**columns)


State_ = TypeVar("State_", bound=ReaderStateMixin)
Parked_ = TypeVar("Parked_", bound=ParkedItemMixin)
Handler = Callable[[Session, News], object]


@dataclass(frozen=True, slots=True)
class _Place:
    cursor: str
    item_key: str = ""


class _Overtaken(Exception):
    """Somebody else has read on from the same place."""


class FeedReader(Generic[State_, Parked_]):
    """Reads one feed into one database. Handlers work by (epoch, rev) and may be run again."""

    def __init__(
        self,
        db: Database,
        State: type[State_],
        Parked: type[Parked_],
        *,
        fetch: Callable[[str], Answer],
        handlers: Mapping[str, Handler],
        snapshot: Callable[[], str],
        on_reset: Callable[[Session, datetime | None], object],
        clock: Clock,
        after_read: Callable[[Session], object] = lambda _session: None,
        name: str = "hub",
    ) -> None:
        """`fetch` asks for the page behind a cursor; `snapshot` takes in whole collections (see `take`) and returns the cursor
        to read on from. `on_reset` runs in the transaction that moves to a restored feed, `after_read` in that of each good poll.
        """
        self._db, self._State, self._Parked, self._name = db, State, Parked, name
        self._fetch, self._handlers, self._clock = fetch, handlers, clock
        self._snapshot, self._on_reset, self._after_read = snapshot, on_reset, after_read

    def read_once(self) -> int:
        """Read page by page until there is no more. Returns how many items were dealt with, parked ones included.

        Raises whatever refusal the hub gives or its silence is, except those about the cursor: they lead to a snapshot.
        """
        count = 0
        try:
            for _ in range(MAX_PAGES):
                place = self._place()
                page = self._next_page(place)
                if page is None:
                    break
                count += self._take_page(place, page)
                if not (page.more and page.items):
                    break
        except _Overtaken:
            _log.debug("another reader has read on")
        return count

    def take(self, items: Iterable[Any]) -> int:
        """Take in items apart from the feed, a snapshot's, each in its own transaction; those that cannot be are parked."""
        count = 0
        for item in items:
            self._take_item(item, lambda _session: None)
            count += 1
        return count

    def retry(self, session: Session, parked_id: int) -> bool:
        """Take in a parked item again, in the caller's transaction; one that fails again stays parked with the new reason.

        Returns whether it is in now. Raises NotParked.
        """
        parked = self._parked(session, parked_id)
        try:
            with session.begin_nested():
                self._handle(session, json.loads(parked.item))
        except Exception as error:
            if is_database_trouble(error):
                raise
            reason = _reason(error)
            parked.problem_slug, parked.problem_detail = reason.slug, told(reason)
            return False
        session.delete(parked)
        return True

    def discard(self, session: Session, parked_id: int) -> None:
        """Give a parked item up. Raises NotParked."""
        session.delete(self._parked(session, parked_id))

    def _parked(self, session: Session, parked_id: int) -> Parked_:
        parked = session.get(self._Parked, parked_id, with_for_update=True)
        if parked is None:
            raise NotParked
        return parked

    def _place(self) -> _Place:
        held = sa.select(self._State.cursor, self._State.item_key).where(self._State.name == self._name)
        row = read_only(self._db)(lambda: self._db.session.execute(held).one_or_none())()
        if row is None:
            self._command(lambda session: session.add(self._State(name=self._name)))
            return _Place("")
        return _Place(row.cursor, row.item_key)

    def _next_page(self, place: _Place) -> NewsPage | None:
        """None after starting over: the next read begins at the new place, so a hub that keeps resetting is asked no faster."""
        if not place.cursor:
            self._start_over(place, None)
            return None
        try:
            answer = self._fetch(place.cursor)
            if answer.status != 200:
                raise read(answer.status, answer.headers, answer.body)
        except Refusal as refusal:
            if refusal.slug not in _STARTS_OVER:
                raise
            self._start_over(place, refusal)
            return None
        return read_page(answer)

    def _start_over(self, place: _Place, refusal: Refusal | None) -> None:
        cursor = self._snapshot()

        def move(session: Session) -> None:
            self._move(session, place, _Place(cursor))
            if refusal is not None and refusal.slug == FeedReset.slug:
                self._on_reset(session, instant_of(refusal.params.get("restored_to")))

        self._command(move)
        log_event(_log, "feed.started-over", slug=refusal.slug if refusal else "first-time")

    def _take_page(self, place: _Place, page: NewsPage) -> int:
        keys = [key_of(item) for item in page.items]
        epoch = {"epoch": page.epoch} if page.epoch else {}
        first = keys.index(place.item_key) + 1 if place.item_key in keys else 0
        for start in range(first, len(keys), TOGETHER):
            together = slice(start, start + TOGETHER)
            place = self._take_some(place, keys[together], page.items[together])

        def finish(session: Session) -> None:
            self._move(session, place, _Place(page.cursor), last_read_at=self._clock.now(), **epoch)
            self._after_read(session)

        self._command(finish)
        return len(keys) - first

    def _take_some(self, place: _Place, keys: list[str], items: list[Any]) -> _Place:
        """Take some items in one command; if one of them cannot be taken in, each in its own. The place behind them."""
        end = _Place(place.cursor, keys[-1])

        def take(session: Session) -> None:
            self._move(session, place, end)
            for item in items:
                self._handle(session, item)

        if self._fault_of(take):
            for key, item in zip(keys, items, strict=True):
                behind = _Place(place.cursor, key)
                self._take_item(item, partial(self._move, here=place, there=behind))
                place = behind
        return end

    def _take_item(self, item: Any, move: Callable[[Session], object]) -> None:
        def take(session: Session) -> None:
            move(session)
            self._handle(session, item)

        if fault := self._fault_of(take):
            reason = _reason(fault)

            def park(session: Session) -> None:
                move(session)
                self._park(session, item, reason)

            self._command(park)
            log_event(_log, "feed.parked", slug=reason.slug)

    def _fault_of(self, take: Callable[[Session], object]) -> Exception | None:
        """What is wrong with what is to be taken in, if anything. Raises _Overtaken, and the database's own troubles."""
        try:
            self._command(take)
        except _Overtaken:
            raise
        except Exception as error:
            if is_database_trouble(error):
                raise
            return error
        return None

    def _handle(self, session: Session, item: Any) -> None:
        news = read_item(item)
        handler = self._handlers.get(news.type)
        if handler is None:
            # A newer hub may tell of what this version does not know; after its update, a snapshot brings it.
            log_event(_log, "feed.unknown-type", kind=news.type)
            return
        handler(session, news)
        Parked = self._Parked
        same = sa.delete(Parked).where(Parked.subject == news.subject, Parked.type == news.type, Parked.rev < news.rev)
        session.execute(same, execution_options={"synchronize_session": False})

    def _park(self, session: Session, item: Any, reason: Refusal) -> None:
        Parked, key = self._Parked, key_of(item)
        parked = session.scalars(sa.select(Parked).where(Parked.item_key == key)).one_or_none()
        if parked is None:
            parked = Parked(item_key=key, item=dump_json(item).decode(), **labels_of(item))
            session.add(parked)
        parked.problem_slug, parked.problem_detail, parked.parked_at = reason.slug, told(reason), self._clock.now()

    def _move(self, session: Session, here: _Place, there: _Place, **values: Any) -> None:
        """Raises _Overtaken if the place is not where this reader left it."""
        State = self._State
        mine = sa.update(State).where(State.name == self._name, State.cursor == here.cursor, State.item_key == here.item_key)
        moved = mine.values(cursor=there.cursor, item_key=there.item_key, **values).returning(State.name)
        if session.scalar(moved, execution_options={"synchronize_session": False}) is None:
            raise _Overtaken

    def _command(self, work: Callable[[Session], T]) -> T:
        return transactional(self._db)(work)(self._db.session())


def _reason(error: Exception) -> Refusal:
    if isinstance(error, Refusal):
        return error
    log_event(_log, "feed.news-not-applied", level=logging.ERROR, exc_info=error)
    return NewsNotApplied()
