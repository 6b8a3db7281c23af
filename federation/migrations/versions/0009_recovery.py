"""Recovery: what nodes tell a restored hub again, until all have."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column and make the tables."""
    op.add_column("feed_counter", sa.Column("recovering_since", Instant(), nullable=True))
    op.create_table(
        "retold_calls",
        sa.Column("seal", sa.Text(), nullable=False),
        sa.Column("space", sa.String(length=24), nullable=False),
        sa.Column("order", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("message_id", sa.String(length=100), nullable=False),
        sa.Column("content_type", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seal", name=op.f("pk_retold_calls")),
    )
    with op.batch_alter_table("retold_calls") as batch:
        batch.create_index(op.f("ix_retold_calls_order"), ["order"])
    op.create_table(
        "retold_spaces",
        sa.Column("space", sa.String(length=24), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("space", name=op.f("pk_retold_spaces")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("retold_spaces")
    op.drop_table("retold_calls")
    with op.batch_alter_table("feed_counter") as batch:
        batch.drop_column("recovering_since")
