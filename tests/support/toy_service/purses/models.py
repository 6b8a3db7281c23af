"""Two tables with every kind of constraint."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Instant, JsonText
from tests.support.toy_service.db import Base


class Purse(Base):
    """Holds credits, never fewer than none."""

    __tablename__ = "purses"
    __table_args__ = (sa.CheckConstraint("credits >= 0", name="credits_not_negative"), sa.UniqueConstraint("owner", "kind"))

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[str] = mapped_column(sa.String(20), default="plan")
    credits: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    notes: Mapped[Any | None] = mapped_column(JsonText)


class Coin(Base):
    """Lies in a purse; no two of one mark."""

    __tablename__ = "coins"
    __table_args__ = (sa.Index("uq_coins_mark_lower", sa.func.lower(sa.text("mark")), unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purse_id: Mapped[int] = mapped_column(sa.ForeignKey("purses.id"), index=True)
    mark: Mapped[str] = mapped_column(sa.String(20))
