"""Purses without an owner, and the coins in them."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "purses",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("credits", sa.Integer, nullable=False),
        sa.Column("opened_at", Instant),
        sa.CheckConstraint("credits >= 0", name="credits_not_negative"),
    )
    op.create_table(
        "coins",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("purse_id", sa.Integer, sa.ForeignKey("purses.id"), nullable=False, index=True),
        sa.Column("mark", sa.String(20), nullable=False),
    )
    op.create_index("uq_coins_mark_lower", "coins", [sa.text("lower(mark)")], unique=True)


def downgrade() -> None:
    op.drop_table("coins")
    op.drop_table("purses")
