"""Reads about operators and the audit log."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from federation.operators import rules
from federation.operators.errors import OperatorUnknown
from federation.operators.models import HEAD_ID, AuditEntry, AuditHead, Operator
from shared import paging


def count(session: Session) -> int:
    """How many operators the network has; auditors decide nothing."""
    return session.scalar(select(func.count()).select_from(Operator).where(Operator.role == rules.Role.OPERATOR)) or 0


def everybody(session: Session) -> list[Operator]:
    """All operators and auditors, by name."""
    return list(session.scalars(select(Operator).order_by(Operator.name, Operator.id)))


def by_email(session: Session, email: str) -> Operator | None:
    """The operator of this address."""
    return session.scalar(select(Operator).where(Operator.email == email.strip().lower()))


def by_id(session: Session, operator_id: str) -> Operator | None:
    """The operator of this id."""
    return session.get(Operator, operator_id)


def require(session: Session, email: str) -> Operator:
    """The operator of this address. Raises OperatorUnknown."""
    found = by_email(session, email)
    if found is None:
        raise OperatorUnknown(email=email)
    return found


def require_id(session: Session, operator_id: str) -> Operator:
    """The operator of this id. Raises OperatorUnknown."""
    found = session.get(Operator, operator_id)
    if found is None:
        raise OperatorUnknown(email=operator_id)
    return found


def audit_page(session: Session, *, search: str = "", number: int = 1) -> paging.Page[AuditEntry]:
    """One page of the audit log, newest first; each word is in the subject, the act or the actor."""
    wanted = select(AuditEntry).where(*paging.having(search, AuditEntry.subject, AuditEntry.action, AuditEntry.actor))
    return paging.page(session, wanted, AuditEntry.seq.desc(), number=number)


def broken_link(session: Session) -> int | None:
    """The first entry of the audit log that does not follow from the one before it, or None when the chain holds.

    An end that was cut off is found by the chain's head, which remembers the last number and hash.
    """
    prev_hash, expected = rules.GENESIS, 1
    for row in session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).yield_per(500):
        hashed = rules.entry_hash(
            seq=row.seq,
            at=row.at,
            actor=row.actor,
            action=row.action,
            subject=row.subject,
            detail=row.detail,
            prev_hash=prev_hash,
        )
        if (row.seq, row.prev_hash, row.hash) != (expected, prev_hash, hashed):
            return row.seq
        prev_hash, expected = row.hash, expected + 1
    head = session.get_one(AuditHead, HEAD_ID)
    return None if (head.seq, head.hash) == (expected - 1, prev_hash) else expected
