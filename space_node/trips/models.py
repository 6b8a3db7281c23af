"""Our members' stays at twins, as the hub last told; and the pseudonyms by which hosts know them."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Instant, JsonText
from shared.protocol.states import BookingState, Origin, Part, Payer
from space_node.db import Base

ID = sa.String(36)
SLUG = sa.String(24)


class Trip(Base):
    """One stay away. `epoch` and `rev` are the hub's; 0 until it has answered.

    A walk-in has no request; and nobody known while the hub does not know whose passport it was.
    """

    __tablename__ = "trips"
    __table_args__ = (
        sa.Index("ix_trips_member_on", "member_id", "on"),
        sa.Index("ix_trips_host_on", "host", "on"),
        sa.Index("ix_trips_on", "on", "state"),
    )

    booking_id: Mapped[str] = mapped_column(ID, primary_key=True)
    request_id: Mapped[str | None] = mapped_column(ID)
    member_id: Mapped[str | None] = mapped_column(ID)
    origin: Mapped[Origin] = mapped_column(sa.String(16), default=Origin.BOOKING)
    payer: Mapped[Payer] = mapped_column(sa.String(16), default=Payer.LOTS)
    host: Mapped[str] = mapped_column(SLUG)
    on: Mapped[dt.date]
    part: Mapped[Part] = mapped_column(sa.String(16))
    zone: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[BookingState] = mapped_column(sa.String(24), default=BookingState.REQUESTED)
    reason: Mapped[str | None] = mapped_column(sa.String(200))
    epoch: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    rev: Mapped[int] = mapped_column(default=0)
    terms_version: Mapped[int]
    price_credits: Mapped[int]
    price_now_credits: Mapped[int | None]
    charged_credits: Mapped[int | None]
    opens_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    closes_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    cancellation: Mapped[list[dict[str, Any]]] = mapped_column(JsonText)
    asked_at: Mapped[dt.datetime] = mapped_column(Instant)
    answered_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    cancel_asked_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    checked_in_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class HostPseudonym(Base):
    """The random name by which one host knows one member; the map stays at home (DESIGN §7)."""

    __tablename__ = "host_pseudonyms"

    member_id: Mapped[str] = mapped_column(ID, primary_key=True)
    host: Mapped[str] = mapped_column(SLUG, primary_key=True)
    host_guest: Mapped[str] = mapped_column(ID)
