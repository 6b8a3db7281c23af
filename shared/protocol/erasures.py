"""Forgetting one person everywhere, on the wire: who asks, what each host is to erase, who has confirmed (DESIGN §10)."""

import marshmallow as ma

from shared.schemas import Id, Instant, Slug, Whole, WireSchema


class ErasureRequest(WireSchema):
    """POST /erasures, by a home: the pseudonym of a member that it has itself forgotten already."""

    id = Id(required=True)
    guest = Id(required=True, privacy="pseudonym")
    asked_at = Instant(required=True)


class ErasureReceipt(WireSchema):
    """POST /erasures/{id}/receipt, by a host: what this rev named is erased there."""

    rev = Whole(min=1, required=True)


class Confirmation(WireSchema):
    """One host, and since when it holds nothing of the person any more."""

    space = Slug(required=True)
    confirmed_at = Instant(allow_none=True, load_default=None)


class ErasureEntry(WireSchema):
    """erasure.updated and every answer. Its home sees pseudonym and confirmations, a host what it is to erase.

    `finished_at` is when the hub itself was done: what was under way has come to its end, and nothing points to the person.
    """

    id = Id(required=True)
    rev = Whole(required=True)
    home = Slug(required=True)
    guest = Id(allow_none=True, load_default=None, privacy="pseudonym")
    asked_at = Instant(required=True)
    finished_at = Instant(allow_none=True, load_default=None)
    bookings = ma.fields.List(Id(), load_default=list)
    rsvps = ma.fields.List(Id(), load_default=list)
    confirmations = ma.fields.List(ma.fields.Nested(Confirmation), load_default=list)
