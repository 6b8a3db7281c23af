"""What an account may be: the roles, and which follow from which."""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """What an account can be made for. The owner names managers and owners; a manager may do all that the desk may."""

    MEMBER = "member"
    DESK = "desk"
    MANAGER = "manager"
    OWNER = "owner"


STAFF = (Role.DESK, Role.MANAGER, Role.OWNER)


def held(*, is_member: bool, is_desk: bool, is_manager: bool, is_owner: bool) -> frozenset[str]:
    """All roles of an account: an owner is a manager too, and a manager stands at the desk."""
    manages = is_manager or is_owner
    marks = {Role.MEMBER: is_member, Role.DESK: is_desk or manages, Role.MANAGER: manages, Role.OWNER: is_owner}
    return frozenset(role.value for role, has in marks.items() if has)


def highest(roles: Iterable[str]) -> Role:
    """The role by which somebody of the staff is listed."""
    return next(role for role in reversed(STAFF) if role in set(roles))
