"""Writing to members about their places."""

from space_node.letters.service.telling import tell_of_place as tell_of_place
from space_node.letters.service.telling import tell_of_session as tell_of_session
