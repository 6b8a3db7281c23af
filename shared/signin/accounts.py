"""What sign-in asks of a service: who has this e-mail, who is this account now, and keep this password.

The tables of people belong to the services. An account that may no longer sign in is simply not found, which also
ends its sessions at their next request.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Account:
    """One person who may sign in. `kind` tells the service's tables apart; together with the id it is unique."""

    kind: str
    account_id: str
    email: str
    name: str
    roles: frozenset[str]
    password_hash: str | None = None
    # In which they last signed in; mails to them are written in it.
    language: str = "en"


class Accounts(Protocol):
    """The people of one service. Each method runs inside the transaction of its caller."""

    def find(self, email: str) -> Account | None:
        """Return who signs in with the address (in small letters), or None."""
        ...

    def get(self, kind: str, account_id: str) -> Account | None:
        """Return the account as it is now, or None when it may not sign in."""
        ...

    def set_password(self, kind: str, account_id: str, password_hash: str) -> None:
        """Keep the hash."""
        ...

    def set_language(self, kind: str, account_id: str, language: str) -> None:
        """Keep the language in which somebody signs in."""
        ...

    def house(self) -> str:
        """Return the name of the space or network in whose name mails go out."""
        ...
