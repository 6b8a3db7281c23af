"""The invite as one line of text: where the hub is, whose key it must have, and a one-use token (DESIGN §6, §11)."""

from dataclasses import asdict, dataclass

from shared.errors import Malformed
from shared.keys import b64
from shared.loader import dump_json, strict_loads
from shared.marking import N_

PREFIX = "twd1."
_MAX_CHARS = 1000


class InviteUnreadable(Malformed):
    """Not the text of an invite."""

    slug = "invite-unreadable"
    title = N_("This is not an invite")
    sentence = N_("An invite is one line of text that starts with twd1. Copy all of it.")


@dataclass(frozen=True)
class Invite:
    """What an operator hands over to a new space."""

    hub: str
    thumbprint: str
    space: str
    token: str

    def encode(self) -> str:
        """One line of text that survives a mail."""
        body = dump_json(asdict(self))
        return PREFIX + b64.encode(body)

    @classmethod
    def decode(cls, text: str) -> "Invite":
        """Read the line; white space and line breaks that mail programs add do not matter. Raises InviteUnreadable."""
        packed = "".join(text.split())
        if not packed.startswith(PREFIX) or len(packed) > _MAX_CHARS:
            raise InviteUnreadable
        try:
            fields = strict_loads(b64.decode(packed.removeprefix(PREFIX)))
        except (ValueError, Malformed):
            raise InviteUnreadable from None
        match fields:
            case {"hub": str(hub), "thumbprint": str(thumbprint), "space": str(space), "token": str(token)}:
                return cls(hub, thumbprint, space, token)
        raise InviteUnreadable
