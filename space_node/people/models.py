"""What members say they can or look for, what they ask, and whom they were introduced to; none of it is the hub's to read."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Instant, JsonText
from shared.protocol.people_states import AskState, CardKind, Circle, IntroductionSide, IntroductionState, Skill
from space_node.db import Base
from space_node.people.rules import OPEN_INTRODUCTIONS

ID = sa.String(36)
SLUG = sa.String(24)
WORD = sa.String(24)


class Card(Base):
    """One thing that a member can, learns, advises on or looks for. It never leaves this node; asks come to it."""

    __tablename__ = "cards"
    __table_args__ = (sa.UniqueConstraint("member_id", "topic", "kind"), sa.Index("ix_cards_topic", "topic", "kind"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    member_id: Mapped[str] = mapped_column(ID)
    topic: Mapped[Skill] = mapped_column(WORD)
    kind: Mapped[CardKind] = mapped_column(WORD)
    reach: Mapped[Circle] = mapped_column(WORD)
    discreet: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    created_at: Mapped[dt.datetime] = mapped_column(Instant)


class Participant(Base):
    """Somebody who can be asked: how many introductions they have under way, how many they want, when they were asked last."""

    __tablename__ = "participants"
    __table_args__ = (sa.CheckConstraint("open_introductions >= 0", name="not_negative"),)

    member_id: Mapped[str] = mapped_column(ID, primary_key=True)
    open_introductions: Mapped[int] = mapped_column(default=0)
    max_open: Mapped[int] = mapped_column(default=OPEN_INTRODUCTIONS)
    asked_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class Ask(Base):
    """What one member asks. It says of itself only whether it looks: nobody's no is kept with it."""

    __tablename__ = "asks"
    __table_args__ = (sa.Index("ix_asks_member", "member_id", "created_at"), sa.Index("ix_asks_closes", "state", "closes_at"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    member_id: Mapped[str] = mapped_column(ID)
    topic: Mapped[Skill] = mapped_column(WORD)
    kind: Mapped[CardKind] = mapped_column(WORD)
    question: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(2))
    reach: Mapped[Circle] = mapped_column(WORD)
    state: Mapped[AskState] = mapped_column(WORD)
    rev: Mapped[int]
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    closes_at: Mapped[dt.datetime] = mapped_column(Instant)


class Introduction(Base):
    """One member's side of an introduction; where both people are of this space, there are both sides.

    `home` is the other person's space. `rev` is that of our letters, `their_rev` of the other side's. `contact` is what the other
    person told, `ticked` what ours tells; `confirmed_at` is when the other home said that it had deleted that.
    """

    __tablename__ = "introductions"
    __table_args__ = (
        sa.Index("ix_introductions_member", "member_id", "changed_at"),
        sa.Index("ix_introductions_ask", "ask_id", "side"),
        sa.Index("ix_introductions_state", "state", "changed_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    side: Mapped[IntroductionSide] = mapped_column(WORD, primary_key=True)
    ask_id: Mapped[str] = mapped_column(ID)
    member_id: Mapped[str] = mapped_column(ID)
    home: Mapped[str] = mapped_column(SLUG)
    state: Mapped[IntroductionState] = mapped_column(WORD)
    topic: Mapped[Skill] = mapped_column(WORD)
    kind: Mapped[CardKind] = mapped_column(WORD)
    language: Mapped[str] = mapped_column(sa.String(2))
    question: Mapped[str] = mapped_column(sa.Text)
    card: Mapped[str] = mapped_column(sa.String(200), default="")
    ticked: Mapped[list[str]] = mapped_column(JsonText, default=list)
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    contact: Mapped[dict[str, str] | None] = mapped_column(JsonText)
    rev: Mapped[int] = mapped_column(default=0)
    their_rev: Mapped[int] = mapped_column(default=0)
    is_told: Mapped[bool] = mapped_column(default=True)
    closes_at: Mapped[dt.datetime] = mapped_column(Instant)
    introduced_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    changed_at: Mapped[dt.datetime] = mapped_column(Instant)
