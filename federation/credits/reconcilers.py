"""Repairs of the ledger: numbers that a crash left out, balances rolled up, lots that ended, and the proof of zero."""

from datetime import datetime

from sqlalchemy.orm import Session

from federation.credits import queries, rules, service
from federation.credits.errors import LedgerUnbalanced
from shared.messaging.reconcile import Reconciler

_WALLETS_AT_ONCE = 200


def number(session: Session, _now: datetime) -> int:
    """Number what is posted; the edge does it too, right after its commit."""
    return service.number(session)


def roll_up(session: Session, _now: datetime) -> int:
    """Add new postings to the balances of spaces, and set earnings against limits."""
    return service.roll_up(session)


def lapse(session: Session, now: datetime) -> int:
    """Give back to their issuers what is left of lots that ended long enough ago."""
    before = rules.lapses_before(now)
    wallets = queries.ended_wallets(session, before, limit=_WALLETS_AT_ONCE)
    return sum(service.lapse(session, home=home, guest=guest, before=before, now=now) for home, guest in wallets)


def prove(session: Session, _now: datetime) -> int:
    """See that all accounts come to zero. Raises LedgerUnbalanced, which the operator then sees."""
    total = queries.trial_balance(session).total
    if total:
        raise LedgerUnbalanced(total_credits=total)
    return 0


RECONCILERS = (
    Reconciler("number the ledger", 5, number),
    Reconciler("roll up the ledger", 60, roll_up),
    Reconciler("lapse lots that ended", 3_600, lapse),
    Reconciler("prove the ledger", 600, prove),
)
