"""Asks without a name, and sealed letters: the hub knows which two spaces write to each other, and nothing of what."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from federation.db import Base
from shared.db import Instant, JsonText
from shared.protocol.people_states import AskState, CardKind, Circle, IntroductionSide, Skill

ID = sa.String(36)
SLUG = sa.String(24)
WORD = sa.String(24)
HASH = sa.String(64)


class Ask(Base):
    """What somebody of a space asks, as its home said it last. `readers` are those whom it reached when it was first said."""

    __tablename__ = "asks"
    __table_args__ = (sa.Index("ix_asks_closes", "closes_at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    home: Mapped[str] = mapped_column(SLUG)
    readers: Mapped[list[str]] = mapped_column(JsonText)
    rev: Mapped[int]
    sha256: Mapped[str] = mapped_column(HASH)
    state: Mapped[AskState] = mapped_column(WORD)
    topic: Mapped[Skill] = mapped_column(WORD)
    kind: Mapped[CardKind] = mapped_column(WORD)
    language: Mapped[str] = mapped_column(sa.String(2))
    reach: Mapped[Circle] = mapped_column(WORD)
    question: Mapped[str] = mapped_column(sa.Text)
    closes_at: Mapped[dt.datetime] = mapped_column(Instant)


class Introduction(Base):
    """The home of who asks and the home of who would help."""

    __tablename__ = "introductions"
    __table_args__ = (
        sa.Index("ix_introductions_ask", "ask_id", "helper"),
        sa.Index("ix_introductions_asker", "asker"),
        sa.Index("ix_introductions_helper", "helper"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    ask_id: Mapped[str] = mapped_column(ID)
    asker: Mapped[str] = mapped_column(SLUG)
    helper: Mapped[str] = mapped_column(SLUG)


class Letter(Base):
    """The newest letter of one side. The hub can neither read it nor tell a yes from a no."""

    __tablename__ = "introduction_letters"
    __table_args__ = (sa.Index("ix_introduction_letters_changed", "changed_at"),)

    introduction_id: Mapped[str] = mapped_column(ID, primary_key=True)
    writer: Mapped[IntroductionSide] = mapped_column(WORD, primary_key=True)
    rev: Mapped[int]
    sha256: Mapped[str] = mapped_column(HASH)
    box: Mapped[str | None] = mapped_column(sa.Text)
    changed_at: Mapped[dt.datetime] = mapped_column(Instant)
