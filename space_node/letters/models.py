"""What members were last told, or need not be told, of each place; and what guests of ours know."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Instant
from shared.protocol.states import RsvpState, SeatKind
from space_node.db import Base


class AsTold:
    """How a place stood; of the session as far as a letter tells of it."""

    state: Mapped[RsvpState] = mapped_column(sa.String(24))
    kind: Mapped[SeatKind] = mapped_column(sa.String(16))
    sequence: Mapped[int]
    starts_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    is_postponed: Mapped[bool]


class ToldPlace(AsTold, Base):
    """How a place stood when somebody last looked whether its member is to be told. Of the link to join by only the hash.

    What differs from it is news, whichever way it came; what does not was told before.
    """

    __tablename__ = "told_places"

    rsvp_id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    link_sha256: Mapped[str | None] = mapped_column(sa.String(64))


class ToldGuest(AsTold, Base):
    """How the place of a guest, to whom we may write, stood when they last knew of it: by their home, or by us.

    `open_since` is since when there is something of which we do not know that their home has read it; `mail_id` is our last
    letter to them.
    """

    __tablename__ = "told_guests"
    __table_args__ = (sa.Index("ix_told_guests_open", "open_since"),)

    rsvp_id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    session_id: Mapped[str] = mapped_column(sa.String(36))
    open_since: Mapped[dt.datetime | None] = mapped_column(Instant)
    mail_id: Mapped[str | None] = mapped_column(sa.String(36))
