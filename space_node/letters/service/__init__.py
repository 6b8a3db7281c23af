"""Writing to members about their places, and to guests whose own space is silent."""

from space_node.letters.service.directly import forget_guests, look_at_guest, look_at_guests, write_where_silent
from space_node.letters.service.silence import write_for_the_silent
from space_node.letters.service.telling import tell_of_place, tell_of_session

__all__ = [
    "forget_guests",
    "look_at_guest",
    "look_at_guests",
    "tell_of_place",
    "tell_of_session",
    "write_for_the_silent",
    "write_where_silent",
]
