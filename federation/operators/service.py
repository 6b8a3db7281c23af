"""Writes about operators, and the audit log that every other slice writes to."""

import datetime as dt
from functools import partial
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from federation.db import Base, db
from federation.operators import queries, rules
from federation.operators.errors import OperatorExists
from federation.operators.models import (
    HEAD_ID,
    AuditEntry,
    AuditHead,
    BrowserSession,
    Operator,
    SignInThrottle,
    WelcomeLink,
)
from federation.operators.schemas import OperatorForm
from shared.constraints import refused
from shared.ids import new_id
from shared.schemas import load
from shared.signin import Account, SignInService, Tables, make_link

KIND = "operator"
TABLES = Tables(sessions=BrowserSession, links=WelcomeLink, throttle=SignInThrottle)


def add_operator(session: Session, *, email: str, name: str, actor: str, now: dt.datetime) -> Operator:
    """Add an operator, who sets a password by a one-use link. Raises OperatorExists, Invalid."""
    person = load(OperatorForm, {"email": email, "name": name})
    operator = Operator(id=new_id(now), created_at=now, **person)
    with refused(session, Base.metadata, {"uq_operators_email": partial(OperatorExists, email=operator.email)}):
        session.add(operator)
    audit(session, actor=actor, action="operator.added", subject=operator.id, detail={}, now=now)
    return operator


def audit(session: Session, *, actor: str, action: str, subject: str, detail: dict[str, Any], now: dt.datetime) -> None:
    """Append an entry to the audit log; it stands or falls with the caller's transaction."""
    advance = update(AuditHead).where(AuditHead.id == HEAD_ID).values(seq=AuditHead.seq + 1)
    seq, prev_hash = session.execute(advance.returning(AuditHead.seq, AuditHead.hash)).one()
    hashed = rules.entry_hash(seq=seq, at=now, actor=actor, action=action, subject=subject, detail=detail, prev_hash=prev_hash)
    session.add(
        AuditEntry(seq=seq, at=now, actor=actor, action=action, subject=subject, detail=detail, prev_hash=prev_hash, hash=hashed)
    )
    session.execute(update(AuditHead).where(AuditHead.id == HEAD_ID).values(hash=hashed))
    session.flush()


def sign_in_link(session: Session, *, operator: Operator, now: dt.datetime) -> str:
    """The token of a new one-use link by which the operator sets a password."""
    return make_link(session, WelcomeLink, kind=KIND, account_id=operator.id, now=now)


class OperatorAccounts:
    """Operators as sign-in asks for them."""

    def find(self, email: str) -> Account | None:
        """Who signs in with the address."""
        return _account(queries.by_email(db.session(), email))

    def get(self, kind: str, account_id: str) -> Account | None:
        """The account as it is now."""
        return _account(queries.by_id(db.session(), account_id)) if kind == KIND else None

    def set_password(self, kind: str, account_id: str, password_hash: str) -> None:
        """Keep the hash."""
        if kind == KIND:
            db.session.execute(update(Operator).where(Operator.id == account_id).values(password_hash=password_hash))


def sign_in_service() -> SignInService:
    """Sign-in for operators."""
    return SignInService(db, OperatorAccounts(), TABLES)


def _account(operator: Operator | None) -> Account | None:
    if operator is None:
        return None
    return Account(KIND, operator.id, operator.email, operator.name, frozenset({KIND}), operator.password_hash)
