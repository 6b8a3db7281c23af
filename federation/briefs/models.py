"""What a host tells those who come: the hub carries it and cannot read it."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from federation.db import Base


class SeatBrief(Base):
    """What a host tells the people of one home who come, sealed to that home."""

    __tablename__ = "seat_briefs"

    session_id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    home: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    rev: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    box: Mapped[str | None] = mapped_column(sa.Text)
