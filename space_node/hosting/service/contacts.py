"""How a guest is reached whose own space is silent: kept sealed, opened when it is needed, and gone once it cannot be."""

import datetime as dt
from typing import Any

from shared.protocol.boxes import UrgentContact
from space_node.hosting import rules
from space_node.hosting.models import GuestRsvp
from space_node.hosting.rules import Group
from space_node.hosting.service import kept


def open_contact(guest: GuestRsvp) -> dict[str, Any] | None:
    """Where to write to; None where they did not say, or the box does not open any more."""
    return kept.opened(UrgentContact, guest.urgent_box, f"urgent/{guest.id}") if guest.urgent_box else None


def note_told_directly(guest: GuestRsvp, now: dt.datetime) -> None:
    """They were written to by us."""
    guest.told_directly_at = now


def drop_contact_if_done(guest: GuestRsvp) -> None:
    """Who does not come any more, and knows so, need not be reached."""
    if rules.group(guest.state, arrived=False) is Group.OFF:
        guest.urgent_box = None
