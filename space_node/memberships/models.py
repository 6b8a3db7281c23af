"""What the hub says of our members' memberships at other spaces."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import JsonText
from space_node.db import Base


class LinkedMembership(Base):
    """At which spaces a member of ours, by the hub's name for them, is one too. `is_ending` while undoing it is under way."""

    __tablename__ = "linked_memberships"

    guest: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    epoch: Mapped[int] = mapped_column(sa.BigInteger)
    rev: Mapped[int]
    spaces: Mapped[list[str]] = mapped_column(JsonText)
    is_ending: Mapped[bool] = mapped_column(default=False)
