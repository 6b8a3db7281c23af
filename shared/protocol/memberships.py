"""Several memberships of one person, on the wire: a code made at one home and entered at another links the two (DESIGN §9).

The code itself crosses no wire: both homes send its digest.
"""

import marshmallow as ma

from shared.protocol.values import HASH
from shared.schemas import Id, Instant, Slug, Whole, WireSchema


class MembershipCode(WireSchema):
    """POST /self/memberships/code, by the home that makes a code; POST /self/memberships/link, by the one where it is entered."""

    guest = Id(required=True, privacy="pseudonym")
    code_sha256 = ma.fields.String(required=True, validate=HASH)


class CodeReceipt(WireSchema):
    """The answer to a code that was made: until when it can be entered, once."""

    expires_at = Instant(required=True)


class MembershipEnd(WireSchema):
    """POST /self/memberships/unlink, by a home: this membership stands by itself again."""

    guest = Id(required=True, privacy="pseudonym")


class MembershipEntry(WireSchema):
    """membership.updated and the answer to both steps, for the home: at which other spaces its member is a member too."""

    guest = Id(required=True, privacy="pseudonym")
    rev = Whole(required=True)
    spaces = ma.fields.List(Slug(), load_default=list, metadata={"privacy": "personal"})
