"""Reads about memberships elsewhere."""

from typing import NamedTuple

from sqlalchemy.orm import Session

from space_node.memberships.models import LinkedMembership
from space_node.uplink import queries as uplink


class Elsewhere(NamedTuple):
    """The other spaces of a member, by name, and whether undoing that link is under way."""

    names: list[str]
    is_ending: bool


def elsewhere(session: Session, guest: str) -> Elsewhere:
    """Where else a member is one. What a hub had said before it was restored, it may have forgotten."""
    held = session.get(LinkedMembership, guest)
    if held is None or held.epoch != uplink.epoch(session):
        return Elsewhere([], False)
    names = uplink.space_names(session)
    return Elsewhere(sorted(names.get(slug, slug) for slug in held.spaces), held.is_ending)
