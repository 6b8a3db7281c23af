"""Who is named with the network's formats. A row without a name says that there was one."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Instant
from shared.protocol.formats import AUTHOR_MAX
from space_node.db import Base


class NamedAuthor(Base):
    """The person named with all versions of a format, under the rev of its space. The hub is known to hold `told_rev`."""

    __tablename__ = "named_authors"

    format_id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    space: Mapped[str] = mapped_column(sa.String(24))
    rev: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    told_rev: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    name: Mapped[str | None] = mapped_column(sa.String(AUTHOR_MAX))
    agreed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    fault: Mapped[str | None] = mapped_column(sa.String(80))
