"""What the hub says of our members' credits, and the grants that this space has asked for."""

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Instant, JsonText
from shared.protocol.states import LotKind
from space_node.db import Base


class GrantState(StrEnum):
    """What became of a grant."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


class WalletMirror(Base):
    """All live lots of one member's pseudonym, as the hub last told."""

    __tablename__ = "wallets"

    guest: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    epoch: Mapped[int] = mapped_column(sa.BigInteger)
    rev: Mapped[int]
    lots: Mapped[list[dict[str, Any]]] = mapped_column(JsonText)
    as_of: Mapped[dt.datetime] = mapped_column(Instant)


class Grant(Base):
    """One lot that this space gives to one of its members."""

    __tablename__ = "grants"
    __table_args__ = (sa.Index("ix_grants_asked", "asked_at", "id"), sa.Index("ix_grants_state", "state", "credits"))

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    member_id: Mapped[str] = mapped_column(sa.String(36), index=True)
    guest: Mapped[str] = mapped_column(sa.String(36))
    kind: Mapped[LotKind] = mapped_column(sa.String(16))
    credits: Mapped[int]
    valid_from: Mapped[dt.date]
    expires_on: Mapped[dt.date]
    state: Mapped[GrantState] = mapped_column(sa.String(16), default=GrantState.ASKED)
    reason: Mapped[str | None] = mapped_column(sa.String(200))
    asked_at: Mapped[dt.datetime] = mapped_column(Instant)
