"""What belongs to one transaction of a session and is forgotten with it: a budget shared, a hook registered once."""

from collections.abc import Callable
from typing import TypeVar, cast
from weakref import ref

from sqlalchemy.orm import Session

T = TypeVar("T")


def of_transaction(session: Session, key: str, make: Callable[[], T]) -> T:
    """The value under this key in the session's present transaction, made on first use."""
    transaction = session.get_transaction() or session.begin()
    held = session.info.get(key)
    if held is not None and held[0]() is transaction:
        return cast(T, held[1])
    value = make()
    session.info[key] = (ref(transaction), value)
    return value
