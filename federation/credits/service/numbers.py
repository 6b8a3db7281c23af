"""The order of what is posted: numbers, given after the commit, and the roll-up of balances and limits up to a number."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from federation.credits import queries
from federation.credits.models import LedgerHead, SpaceAccount, Transfer
from federation.credits.service.counters import ensure, lower
from shared.db import after_commit
from shared.messaging.scratch import of_transaction
from shared.protocol.states import TransferState

_BATCH = 500
_QUIETLY = {"synchronize_session": False}


@dataclass
class _Once:
    done: bool = False


def number_soon(session: Session) -> None:
    """Have what this transaction posts numbered right after its commit."""
    once = of_transaction(session, "twindesk-ledger", _Once)
    after_commit(session, lambda: _number_now(session, once))


def number(session: Session, limit: int = _BATCH) -> int:
    """Number what is posted and not yet numbered, one numberer at a time. Returns how many postings got a number."""
    head = _lock_head(session)
    fresh = sa.select(Transfer.id).where(Transfer.state == TransferState.POSTED, Transfer.seq.is_(None))
    ids = session.scalars(fresh.order_by(Transfer.resolved_at, Transfer.id).limit(limit)).all()
    if ids:
        session.execute(sa.update(Transfer), [{"id": one, "seq": seq} for seq, one in enumerate(ids, head.next_seq)])
        head.next_seq += len(ids)
        session.flush()
    return len(ids)


def roll_up(session: Session) -> int:
    """Add what was posted since the last roll-up to the balances, and set what spaces earned against what they owe.

    Returns how many postings were added.
    """
    head = _lock_head(session)
    done, last = head.rolled_seq, head.next_seq - 1
    lower(session, queries.earnings(session, done, last))
    for kind, owner, credits in queries.movements(session, done, last):
        ensure(session, SpaceAccount, kind=kind, owner=owner)
        account = sa.update(SpaceAccount).where(SpaceAccount.kind == kind, SpaceAccount.owner == owner)
        session.execute(account.values(credits=SpaceAccount.credits + credits), execution_options=_QUIETLY)
    head.rolled_seq = last
    session.flush()
    return last - done


def _lock_head(session: Session) -> LedgerHead:
    wanted = sa.select(LedgerHead).with_for_update()
    return session.scalars(wanted, execution_options={"populate_existing": True}).one()


def _number_now(session: Session, once: _Once) -> None:
    if once.done:
        return
    once.done = True
    full = True
    while full:
        with Session(session.get_bind(), join_transaction_mode="create_savepoint") as own, own.begin():
            full = number(own) == _BATCH
