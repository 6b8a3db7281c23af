"""Which people this space has asked the network to forget, and who has done so. Nothing here says who they were."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Instant, JsonText
from space_node.db import Base


class Erasure(Base):
    """One person who was forgotten here. `epoch` and `rev` are the hub's, 0 until it has answered; `problem` why it refused."""

    __tablename__ = "erasures"

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    epoch: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    rev: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[dt.datetime] = mapped_column(Instant)
    finished_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    confirmations: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, default=list)
    problem: Mapped[str | None] = mapped_column(sa.String(80))
