"""Accounts: who may sign in, as what, and the one-use links by which they set a password."""

import datetime as dt
from enum import StrEnum

from sqlalchemy import update
from sqlalchemy.orm import Session

from shared import signin
from shared.ids import new_id
from shared.signin import SignInService, Tables, make_link
from shared.signin.service import normal_email
from space_node.db import db
from space_node.members import queries
from space_node.members.errors import AccountExists
from space_node.members.models import Account, BrowserSession, Member, SignInThrottle, WelcomeLink
from space_node.members.rules.people import DESK, MANAGER, MEMBER, MemberState
from space_node.members.service.people import add_member

KIND = "account"
TABLES = Tables(sessions=BrowserSession, links=WelcomeLink, throttle=SignInThrottle)


class Role(StrEnum):
    """What an account can be made for."""

    MEMBER = MEMBER
    DESK = DESK
    MANAGER = MANAGER


def add_account(session: Session, *, role: Role, email: str, name: str, now: dt.datetime) -> Account:
    """Give somebody a role: a new account, or one more role for the one they have. A new member is added to the list.

    Raises AccountExists if they have the role.
    """
    found = queries.account_by_email(session, email)
    if found is not None and role in found.roles():
        raise AccountExists(email=email)
    if role is Role.MEMBER:
        member = queries.member_by_email(session, email) or add_member(session, name=name, email=normal_email(email), now=now)
        return _account_of(session, member, now)
    staff = found or _new_account(session, email=email, name=name, now=now)
    staff.is_desk, staff.is_manager = staff.is_desk or role is Role.DESK, staff.is_manager or role is Role.MANAGER
    session.flush()
    return staff


def member_link(session: Session, *, member: Member, now: dt.datetime) -> str:
    """The token of a one-use link for a member, whose account is made if there is none. Raises AccountExists."""
    return sign_in_link(session, account=_account_of(session, member, now), now=now)


def sign_in_link(session: Session, *, account: Account, now: dt.datetime) -> str:
    """The token of a new one-use link; the account's earlier ones stop working."""
    return make_link(session, WelcomeLink, kind=KIND, account_id=account.id, now=now)


class NodeAccounts:
    """The people of this space as sign-in asks for them. Whose membership has ended is a member no more."""

    def find(self, email: str) -> signin.Account | None:
        """Who signs in with the address."""
        return _signing_in(queries.account_by_email(db.session(), email))

    def get(self, kind: str, account_id: str) -> signin.Account | None:
        """The account as it is now."""
        return _signing_in(queries.account(db.session(), account_id)) if kind == KIND else None

    def set_password(self, kind: str, account_id: str, password_hash: str) -> None:
        """Keep the hash."""
        if kind == KIND:
            db.session.execute(update(Account).where(Account.id == account_id).values(password_hash=password_hash))


def sign_in_service() -> SignInService:
    """Sign-in for members, desk and managers."""
    return SignInService(db, NodeAccounts(), TABLES)


def _signing_in(account: Account | None) -> signin.Account | None:
    if account is None:
        return None
    roles = account.roles()
    member = queries.member(db.session(), account.member_id) if account.member_id else None
    if member is None or member.state != MemberState.ACTIVE:
        roles -= {MEMBER}
    if not roles:
        return None
    return signin.Account(KIND, account.id, account.email, account.name, roles, account.password_hash)


def _account_of(session: Session, member: Member, now: dt.datetime) -> Account:
    found = queries.account_of_member(session, member.id)
    if found is None:
        found = queries.account_by_email(session, member.email)
        if found is None:
            found = _new_account(session, email=member.email, name=member.name, now=now)
        elif found.member_id is not None:
            # The address was another member's, who still signs in with it.
            raise AccountExists(email=member.email)
        found.member_id = member.id
        session.flush()
    return found


def _new_account(session: Session, *, email: str, name: str, now: dt.datetime) -> Account:
    account = Account(id=new_id(now), email=normal_email(email), name=name, created_at=now)
    account.is_desk = account.is_manager = False
    session.add(account)
    session.flush()
    return account
