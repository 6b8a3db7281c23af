"""Accounts of members, and the people of this space as sign-in asks for them."""

import datetime as dt

from sqlalchemy.orm import Session

from shared import signin
from shared.signin import SignInService
from shared.signin.service import normal_email
from space_node.accounts import queries as accounts
from space_node.accounts import service as accounts_service
from space_node.accounts.errors import AccountExists
from space_node.accounts.queries import Account
from space_node.accounts.service import KIND, TABLES, Role, sign_in_link
from space_node.db import db
from space_node.members import queries
from space_node.members.models import Member
from space_node.members.rules.people import MemberState
from space_node.members.service.people import add_member


def add_account(session: Session, *, role: Role, email: str, name: str, now: dt.datetime) -> Account:
    """Give somebody a role: a new account, or one more role for the one they have. A new member is added to the list.

    Raises AccountExists if they have the role.
    """
    if role is not Role.MEMBER:
        return accounts_service.add_staff(session, role=role, email=email, name=name, now=now)
    found = accounts.account_by_email(session, email)
    if found is not None and role in found.roles():
        raise AccountExists(email=email)
    member = queries.member_by_email(session, email) or add_member(session, name=name, email=normal_email(email), now=now)
    return account_of(session, member, now)


def member_link(session: Session, *, member: Member, now: dt.datetime) -> str:
    """The token of a one-use link for a member, whose account is made if there is none. Raises AccountExists."""
    return sign_in_link(session, account=account_of(session, member, now), now=now)


def invite_member(session: Session, *, member: Member, language: str, now: dt.datetime) -> Account:
    """Post an invitation to set a password to a member's account, made if there is none. Raises AccountExists."""
    account = account_of(session, member, now)
    accounts_service.invite(session, account=account, language=language, now=now)
    return account


def account_of(session: Session, member: Member, now: dt.datetime) -> Account:
    """The account of a member, made if there is none. Raises AccountExists."""
    found = accounts.account_of_member(session, member.id)
    if found is None:
        found = accounts.account_by_email(session, member.email)
        if found is None:
            found = accounts_service.new_account(session, email=member.email, name=member.name, now=now)
        elif found.member_id is not None:
            # The address was another member's, who still signs in with it.
            raise AccountExists(email=member.email)
        found.member_id = member.id
        session.flush()
    return found


class NodeAccounts:
    """The people of this space as sign-in asks for them. Whose membership has ended is a member no more."""

    def find(self, email: str) -> signin.Account | None:
        """Who signs in with the address."""
        return _signing_in(accounts.account_by_email(db.session(), email))

    def get(self, kind: str, account_id: str) -> signin.Account | None:
        """The account as it is now."""
        return _signing_in(accounts.account(db.session(), account_id)) if kind == KIND else None

    def set_password(self, kind: str, account_id: str, password_hash: str) -> None:
        """Keep the hash."""
        if kind == KIND:
            accounts_service.set_values(db.session(), account_id, password_hash=password_hash)

    def set_language(self, kind: str, account_id: str, language: str) -> None:
        """Keep the language."""
        if kind == KIND:
            accounts_service.set_values(db.session(), account_id, language=language)

    def house(self) -> str:
        """What this space is called."""
        return accounts.house(db.session())


def sign_in_service() -> SignInService:
    """Sign-in for members, desk, managers and owners."""
    return SignInService(db, NodeAccounts(), TABLES)


def _signing_in(account: Account | None) -> signin.Account | None:
    if account is None:
        return None
    roles = account.roles()
    member = queries.member(db.session(), account.member_id) if account.member_id else None
    if member is None or member.state != MemberState.ACTIVE:
        roles -= {Role.MEMBER.value}
    return accounts_service.signin_account(account, roles) if roles else None
