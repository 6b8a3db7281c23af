"""Which pseudonyms are one person, because that person has said so at both homes."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from federation.db import Base
from shared.db import Instant

ID = sa.String(36)
SLUG = sa.String(24)
HASH = sa.String(64)


class Membership(Base):
    """One pseudonym of a home. Those with the same `person` are one; a person has one membership at a space.

    `code_sha256` is the digest of the code that it made last.
    """

    __tablename__ = "memberships"
    __table_args__ = (sa.UniqueConstraint("person", "home"), sa.UniqueConstraint("code_sha256"))

    home: Mapped[str] = mapped_column(SLUG, primary_key=True)
    guest: Mapped[str] = mapped_column(ID, primary_key=True)
    person: Mapped[str | None] = mapped_column(ID)
    rev: Mapped[int] = mapped_column(default=0)
    code_sha256: Mapped[str | None] = mapped_column(HASH)
    code_expires_at: Mapped[dt.datetime | None] = mapped_column(Instant, index=True)
    code_used_at: Mapped[dt.datetime | None] = mapped_column(Instant)
