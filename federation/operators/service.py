"""Writes about operators, and the audit log that every other slice writes to."""

import datetime as dt
from functools import partial
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from federation.config import present_hub
from federation.db import Base, Mail, db
from federation.operators import queries, rules
from federation.operators.errors import HubFounded, LastOperator, OperatorExists
from federation.operators.models import (
    HEAD_ID,
    AuditEntry,
    AuditHead,
    BrowserSession,
    Operator,
    SignInThrottle,
    WelcomeLink,
)
from federation.operators.rules import Role
from federation.operators.schemas import OperatorForm
from shared import signin
from shared.constraints import refused
from shared.ids import new_id
from shared.schemas import load
from shared.signin import Account, SignInService, Tables, make_link

KIND = "operator"
TABLES = Tables(sessions=BrowserSession, links=WelcomeLink, throttle=SignInThrottle, mail=Mail)


def add_operator(
    session: Session, *, email: str, name: str, actor: str, now: dt.datetime, role: Role = Role.OPERATOR
) -> Operator:
    """Add an operator or auditor, who sets a password by a one-use link. Raises OperatorExists, Invalid."""
    person = load(OperatorForm, {"email": email, "name": name, "role": role})
    operator = Operator(id=new_id(now), created_at=now, language="en", **person)
    with refused(session, Base.metadata, {"uq_operators_email": partial(OperatorExists, email=operator.email)}):
        session.add(operator)
    audit(session, actor=actor, action=f"{operator.role}.added", subject=operator.id, detail={}, now=now)
    return operator


def add_founder(session: Session, *, email: str, name: str, now: dt.datetime) -> Operator:
    """Add the operator who founds the hub. Raises HubFounded where there is one, Invalid."""
    if queries.count(session):
        raise HubFounded
    return add_operator(session, email=email, name=name, actor="init", now=now)


def remove_operator(session: Session, *, operator_id: str, actor: str, now: dt.datetime) -> None:
    """Take somebody's access away; the audit log keeps what they did. Raises OperatorUnknown, LastOperator."""
    # Whoever removes one holds all, so that two who remove each other leave one.
    held = select(Operator).where(Operator.role == Role.OPERATOR).order_by(Operator.id).with_for_update()
    operators = session.scalars(held, execution_options={"populate_existing": True}).all()
    leaving = queries.require_id(session, operator_id)
    if [one.id for one in operators] == [leaving.id]:
        raise LastOperator(name=leaving.name)
    audit(session, actor=actor, action=f"{leaving.role}.removed", subject=leaving.id, detail={}, now=now)
    session.delete(leaving)
    session.flush()


def invite(session: Session, *, operator: Operator, language: str, now: dt.datetime) -> None:
    """Post an invitation to set a password, in the language of who invites until the invited has signed in."""
    if operator.password_hash is None:
        operator.language = language
    signin.invite(session, WelcomeLink, Mail, _account(operator), house=_house(), now=now)


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
        found = queries.by_email(db.session(), email)
        return _account(found) if found else None

    def get(self, kind: str, account_id: str) -> Account | None:
        """The account as it is now."""
        found = queries.by_id(db.session(), account_id) if kind == KIND else None
        return _account(found) if found else None

    def set_password(self, kind: str, account_id: str, password_hash: str) -> None:
        """Keep the hash."""
        if kind == KIND:
            db.session.execute(update(Operator).where(Operator.id == account_id).values(password_hash=password_hash))

    def set_language(self, kind: str, account_id: str, language: str) -> None:
        """Keep the language."""
        if kind == KIND:
            db.session.execute(update(Operator).where(Operator.id == account_id).values(language=language))

    def house(self) -> str:
        """What the network is called."""
        return _house()


def sign_in_service() -> SignInService:
    """Sign-in for operators and auditors."""
    return SignInService(db, OperatorAccounts(), TABLES)


def _account(operator: Operator) -> Account:
    roles = frozenset({str(operator.role)})
    return Account(KIND, operator.id, operator.email, operator.name, roles, operator.password_hash, operator.language)


def _house() -> str:
    return present_hub().settings.network_name
