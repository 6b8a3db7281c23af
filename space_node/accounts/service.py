"""Writes about accounts: who may sign in as what, the links by which they set a password, and what they are told by mail."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from shared import mail, signin
from shared.ids import new_id
from shared.mail import Letter, Recipient
from shared.signin import Tables, make_link
from shared.signin.service import normal_email
from space_node.accounts import queries
from space_node.accounts.errors import AccountExists, AccountOutranks, AccountUnknown, AddressTaken, LastOwner
from space_node.accounts.models import Account, BrowserSession, SignInThrottle, WelcomeLink
from space_node.accounts.rules import Role as Role
from space_node.db import Mail

KIND = "account"
TABLES = Tables(sessions=BrowserSession, links=WelcomeLink, throttle=SignInThrottle, mail=Mail)
_MARKS = {Role.DESK: "is_desk", Role.MANAGER: "is_manager", Role.OWNER: "is_owner"}


def add_staff(session: Session, *, role: Role, email: str, name: str, now: dt.datetime) -> Account:
    """Let somebody in at the desk, as manager or as owner. The first manager owns the space, so that there is an owner.

    Raises AccountExists if they have the role.
    """
    found = queries.account_by_email(session, email)
    if found is not None and role in found.roles():
        raise AccountExists(email=email)
    staff = found or new_account(session, email=email, name=name, now=now)
    setattr(staff, _MARKS[role], True)
    if role is Role.MANAGER and not queries.owners(session):
        staff.is_owner = True
    session.flush()
    return staff


def take_role(session: Session, *, account_id: str, role: Role) -> Account:
    """Take a role from somebody, with all that rests on it alone. Raises AccountUnknown, LastOwner."""
    owners = queries.owners(session, lock=True)
    account = queries.account(session, account_id)
    if account is None or not getattr(account, _MARKS[role]):
        raise AccountUnknown
    if role is Role.OWNER and len(owners) == 1:
        raise LastOwner(name=account.name)
    setattr(account, _MARKS[role], False)
    session.flush()
    return account


def new_account(session: Session, *, email: str, name: str, now: dt.datetime) -> Account:
    """An account without any role."""
    account = Account(id=new_id(now), email=normal_email(email), name=name, created_at=now, language="en", wants_news=True)
    account.is_desk = account.is_manager = account.is_owner = False
    session.add(account)
    session.flush()
    return account


def sign_in_link(session: Session, *, account: Account, now: dt.datetime) -> str:
    """The token of a new one-use link; the account's earlier ones stop working. Raises AccountOutranks.

    Whoever is shown the link can use it, so nobody is shown that of an account that may do more than their own.
    """
    _require_in_reach(account)
    return make_link(session, WelcomeLink, kind=KIND, account_id=account.id, now=now)


def invite(session: Session, *, account: Account, language: str, now: dt.datetime) -> None:
    """Post an invitation to set a password, in the language of who invites until the invited has signed in."""
    if account.password_hash is None:
        account.language = language
    person = signin_account(account, account.roles())
    signin.invite(session, WelcomeLink, Mail, person, house=queries.house(session), now=now)


def signin_account(account: Account, roles: Collection[str]) -> signin.Account:
    """The account as sign-in knows it."""
    names = frozenset(roles)
    return signin.Account(KIND, account.id, account.email, account.name, names, account.password_hash, account.language)


def forget_member(session: Session, member_id: str) -> None:
    """Delete the account of a member, with its browsers, links and mails. Who works here keeps it, as no member any more."""
    account = queries.account_of_member(session, member_id)
    if account is None:
        return
    account.member_id = None
    if not account.roles():
        for table in (BrowserSession, WelcomeLink):
            session.execute(delete(table).where(table.account_id == account.id))
        session.execute(delete(Mail).where(Mail.recipient == account.email))
        session.delete(account)
    session.flush()


def set_values(session: Session, account_id: str, **values: object) -> None:
    """Keep a password's hash, a language, or whether somebody wants news."""
    session.execute(update(Account).where(Account.id == account_id).values(**values))


def follow_members(session: Session, moved: Mapping[str, Mapping[str, str]]) -> None:
    """Accounts go by the name and address of their member, unless another account has the address, or this one is out of reach.

    Links that went to the former address work no more: it may have been somebody else's.
    """
    for account in session.scalars(select(Account).where(Account.member_id.in_(moved))).all():
        values = moved[str(account.member_id)]
        account.name = values["name"]
        if queries.is_in_reach(account) and queries.account_by_email(session, values["email"]) is None:
            account.email = values["email"]
            session.execute(delete(WelcomeLink).where(WelcomeLink.account_id == account.id))


def require_address(session: Session, *, member_id: str, email: str) -> None:
    """See that the account of a member, if there is one, may go by a new address. Raises AddressTaken, AccountOutranks."""
    account = queries.account_of_member(session, member_id)
    if account is not None:
        _require_in_reach(account)
        if queries.account_by_email(session, email) not in {None, account}:
            raise AddressTaken(email=email)


def write_to(
    session: Session,
    account: Account,
    *,
    kind: str,
    write: Callable[[str], Letter],
    now: dt.datetime,
    optional: bool = True,
    good_until: dt.datetime | None = None,
) -> None:
    """Post a letter to somebody, unless it is one that they can do without and do not want. `write` is given the house.

    After `good_until` it is not worth sending. What a restored node hears anew may have been told before its backup was lost:
    while it catches up, letters are parked for a person to decide (docs/adr/0029).
    """
    if account.wants_news or not optional:
        post_to(session, Recipient(account.email, account.language), kind=kind, write=write, now=now, good_until=good_until)


def post_to(
    session: Session,
    to: Recipient,
    *,
    kind: str,
    write: Callable[[str], Letter],
    now: dt.datetime,
    good_until: dt.datetime | None = None,
) -> Mail | None:
    """Post a letter to anybody, as `write_to` does to who has an account; None where no mail is sent."""
    house, doubtful = queries.house(session), queries.is_catching_up(session)
    return mail.post(session, Mail, to, kind=kind, write=lambda: write(house), now=now, good_until=good_until, doubtful=doubtful)


def forget_mails(session: Session, mail_ids: Collection[str]) -> None:
    """Delete mails to somebody who is forgotten."""
    session.execute(delete(Mail).where(Mail.id.in_(mail_ids)))


def _require_in_reach(account: Account) -> None:
    if not queries.is_in_reach(account):
        raise AccountOutranks(name=account.name)
