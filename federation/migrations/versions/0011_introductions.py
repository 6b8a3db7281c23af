"""Introductions: asks without a name, and sealed letters between two homes."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant, JsonText

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "asks",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("home", sa.String(length=24), nullable=False),
        sa.Column("readers", JsonText(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("topic", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("reach", sa.String(length=24), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("closes_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asks")),
    )
    op.create_index("ix_asks_closes", "asks", ["closes_at"])
    op.create_table(
        "introductions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("ask_id", sa.String(length=36), nullable=False),
        sa.Column("asker", sa.String(length=24), nullable=False),
        sa.Column("helper", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introductions")),
    )
    op.create_index("ix_introductions_ask", "introductions", ["ask_id", "helper"])
    op.create_index("ix_introductions_asker", "introductions", ["asker"])
    op.create_index("ix_introductions_helper", "introductions", ["helper"])
    op.create_table(
        "introduction_letters",
        sa.Column("introduction_id", sa.String(length=36), nullable=False),
        sa.Column("writer", sa.String(length=24), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("box", sa.Text(), nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("introduction_id", "writer", name=op.f("pk_introduction_letters")),
    )
    op.create_index("ix_introduction_letters_changed", "introduction_letters", ["changed_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("introduction_letters")
    op.drop_table("introductions")
    op.drop_table("asks")
