"""Bugs in what carries commands up and news down."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import has_request_context
from sqlalchemy.orm import Session

from shared import idempotency
from shared.db import after_commit
from shared.errors import Refusal
from shared.idempotency import Answered, KeyReused
from shared.ids import sha256_hex
from shared.messaging import feed, leases, numbering, rules
from shared.messaging.delivery import Delivery, Outcome
from shared.messaging.feed_reader import FeedReader, _Place
from shared.messaging.outbox import OutboxState
from shared.messaging.rules import Fate
from tests.support.simulation.bugs.planting import Bug, everywhere, instead_of

BLOCK = 50
_answered_once, _draw = idempotency.answered_once, numbering.draw


@instead_of(_answered_once)
def _answer_kept_apart(
    session: Any, Model: Any, *, scope: str, key: str, raw_body: bytes, now: Any, work: Any, conflict: Any = KeyReused
) -> Answered:
    request_hash = sha256_hex(raw_body)
    known = session.get(Model, (scope, key))
    if known is not None:
        if known.request_hash != request_hash:
            raise conflict
        return Answered(known.status, known.body, replayed=True)
    status, body = work()
    bind, kept = session.get_bind(), {"status": status, "body": body, "at": now}

    def keep() -> None:
        with Session(bind) as own, own.begin():
            own.execute(sa.insert(Model).values(scope=scope, key=key, request_hash=request_hash, **kept))

    after_commit(session, keep)
    return Answered(status, body, replayed=False)


@instead_of(_answered_once)
def _answer_made_anew(session: Any, Model: Any, *, work: Any, **about: Any) -> Answered:
    found = _answered_once(session, Model, work=work, **about)
    if not found.replayed:
        return found
    status, body = work()
    return Answered(status, body, replayed=True)


def _cursor_saved_first(patch: pytest.MonkeyPatch) -> None:
    def take_page(self: Any, place: _Place, page: Any) -> int:
        there = _Place(page.cursor)
        self._command(lambda session: self._move(session, place, there, last_read_at=self._clock.now()))
        for item in page.items:
            self._take_item(item, lambda _session: None)
        self._command(self._after_read)
        return len(page.items)

    patch.setattr(FeedReader, "_take_page", take_page)


def _row_gone_when_sent(patch: pytest.MonkeyPatch) -> None:
    def postpone(self: Any, row: Any, refusal: Refusal, fate: Fate, answer: Any) -> Outcome:
        self._command(lambda session: self._settle(session, row, state=OutboxState.DISCARDED))
        return Outcome.SETTLED

    patch.setattr(Delivery, "_postpone", postpone)


@instead_of(rules.judge)
def _silence_is_a_no(refusal: Refusal) -> Fate:
    return Fate.PARK


def _numbers_from_a_cache(patch: pytest.MonkeyPatch) -> None:
    blocks: dict[bool, list[int]] = {}

    def draw(session: Session, Counter: Any, count: int) -> int:
        mine = blocks.setdefault(has_request_context(), [])
        if len(mine) < count:
            first = _draw(session, Counter, BLOCK)
            mine[:] = range(first, first + BLOCK)
        taken = mine[0]
        del mine[:count]
        return taken

    everywhere(patch, _draw, draw)


@instead_of(feed._behind)
def _everybody_hears_all(Feed: Any, audience: str, behind: int, head: int, limit: int) -> Any:
    columns = (Feed.id, Feed.seq, Feed.type, Feed.subject, Feed.rev, Feed.recorded_at, Feed.body)
    found = sa.select(*columns, sa.func.length(Feed.body).label("size")).where(Feed.seq > behind, Feed.seq <= head)
    return found.order_by(Feed.seq).limit(limit)


@instead_of(leases._first_of_subject)
def _no_order_in_a_subject(Outbox: Any) -> Any:
    return sa.true()


NO_ORDER = _no_order_in_a_subject
BUGS = (
    Bug("answer-kept-apart", "The answer is looked for and kept outside of the transaction of its effect.", _answer_kept_apart),
    Bug("answer-made-anew", "A repeated request is worked out again, and not answered with what was stored.", _answer_made_anew),
    Bug("cursor-saved-first", "The reader's place is saved before the news is taken in.", _cursor_saved_first),
    Bug("row-gone-when-sent", "A command is thrown away once it was sent, answered or not.", _row_gone_when_sent),
    Bug("silence-is-a-no", "A command that was not answered counts as refused.", _silence_is_a_no),
    Bug(
        "numbers-from-a-cache",
        "Numbers of the feed are given before the commit, from a block of each process.",
        _numbers_from_a_cache,
    ),
    Bug("everybody-hears-all", "The feed does not ask for whom its news is.", _everybody_hears_all),
)
