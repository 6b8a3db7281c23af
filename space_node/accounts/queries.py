"""Reads about accounts."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shared.signin import current_session
from shared.signin.service import normal_email
from space_node.accounts.errors import AccountUnknown
from space_node.accounts.models import Account as Account
from space_node.accounts.rules import Role
from space_node.uplink.queries import identity


def house(session: Session) -> str:
    """What this space is called; Twindesk before it has joined."""
    own = identity(session)
    return str(own.profile["name"]) if own else "Twindesk"


def is_catching_up(session: Session) -> bool:
    """Whether this space was restored and still hears what it may have told of before."""
    own = identity(session)
    return own is not None and own.restored_at is not None


def account(session: Session, account_id: str) -> Account | None:
    """The account of this id."""
    return session.get(Account, account_id)


def account_by_email(session: Session, email: str) -> Account | None:
    """The account of this address."""
    return session.scalar(select(Account).where(Account.email == normal_email(email)))


def account_of_member(session: Session, member_id: str) -> Account | None:
    """The account by which a member signs in, if there is one."""
    return session.scalar(select(Account).where(Account.member_id == member_id))


def is_in_reach(account: Account) -> bool:
    """Whether who looks at a page may do all that this account may; whoever runs a command may do anything."""
    person = current_session()
    return person is None or account.roles() - {Role.MEMBER} <= person.account.roles


def accounts(session: Session) -> Sequence[Account]:
    """All accounts, by address."""
    return session.scalars(select(Account).order_by(Account.email)).all()


def staff(session: Session) -> Sequence[Account]:
    """Who stands at the desk, manages or owns, by name."""
    works = or_(Account.is_desk, Account.is_manager, Account.is_owner)
    return session.scalars(select(Account).where(works).order_by(Account.name, Account.id)).all()


def worker(session: Session, account_id: str) -> Account:
    """Somebody of the staff. Raises AccountUnknown."""
    found = session.get(Account, account_id)
    if found is None or not (found.is_desk or found.is_manager or found.is_owner):
        raise AccountUnknown
    return found


def owners(session: Session, *, lock: bool = False) -> Sequence[Account]:
    """The owners; locked until the commit for who wants to change how many there are."""
    wanted = select(Account).where(Account.is_owner).order_by(Account.id)
    options = {"populate_existing": True} if lock else {}
    return session.scalars(wanted.with_for_update() if lock else wanted, execution_options=options).all()
