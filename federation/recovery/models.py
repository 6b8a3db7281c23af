"""What nodes have told a restored hub again, until it is done again."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from federation.db import Base


class RetoldCall(Base):
    """A command that this hub answered in the life that it has forgotten, under the seal of that answer."""

    __tablename__ = "retold_calls"

    seal: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    space: Mapped[str] = mapped_column(sa.String(24))
    order: Mapped[int] = mapped_column(sa.BigInteger, index=True)
    method: Mapped[str] = mapped_column(sa.String(8))
    path: Mapped[str] = mapped_column(sa.String(300))
    message_id: Mapped[str] = mapped_column(sa.String(100))
    content_type: Mapped[str] = mapped_column(sa.String(80))
    body: Mapped[str] = mapped_column(sa.Text)


class UntoldSpace(Base):
    """A space that has not yet told all that it was answered since the backup."""

    __tablename__ = "untold_spaces"

    space: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
