"""What a member was last told, or need not be told, of each place."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Instant
from shared.protocol.states import RsvpState, SeatKind
from space_node.db import Base


class ToldPlace(Base):
    """How a place stood when somebody last looked whether its member is to be told. Of the link to join by only the hash.

    What differs from it is news, whichever way it came; what does not was told before.
    """

    __tablename__ = "told_places"

    rsvp_id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    state: Mapped[RsvpState] = mapped_column(sa.String(24))
    kind: Mapped[SeatKind] = mapped_column(sa.String(16))
    sequence: Mapped[int]
    starts_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    is_postponed: Mapped[bool]
    link_sha256: Mapped[str | None] = mapped_column(sa.String(64))
