"""People: cards, asks, introductions."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant, JsonText

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "cards",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("topic", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("reach", sa.String(length=24), nullable=False),
        sa.Column("discreet", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
        sa.UniqueConstraint("member_id", "topic", "kind", name=op.f("uq_cards_member_id_topic_kind")),
    )
    op.create_index("ix_cards_topic", "cards", ["topic", "kind"])
    op.create_table(
        "participants",
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("open_introductions", sa.Integer(), nullable=False),
        sa.Column("max_open", sa.Integer(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=True),
        sa.CheckConstraint("open_introductions >= 0", name=op.f("ck_participants_not_negative")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_participants")),
    )
    op.create_table(
        "asks",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("topic", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("reach", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("closes_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asks")),
    )
    op.create_index("ix_asks_closes", "asks", ["state", "closes_at"])
    op.create_index("ix_asks_member", "asks", ["member_id", "created_at"])
    op.create_table(
        "introductions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("side", sa.String(length=24), nullable=False),
        sa.Column("ask_id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("home", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("topic", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("card", sa.String(length=200), nullable=False),
        sa.Column("ticked", JsonText(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("contact", JsonText(), nullable=True),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("their_rev", sa.Integer(), nullable=False),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.Column("closes_at", Instant(), nullable=False),
        sa.Column("introduced_at", Instant(), nullable=True),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", "side", name=op.f("pk_introductions")),
    )
    op.create_index("ix_introductions_ask", "introductions", ["ask_id", "side"])
    op.create_index("ix_introductions_member", "introductions", ["member_id", "changed_at"])
    op.create_index("ix_introductions_state", "introductions", ["state", "changed_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("introductions")
    op.drop_table("asks")
    op.drop_table("participants")
    op.drop_table("cards")
