"""Imports."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant, JsonText

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "imported_entries",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sessions", JsonText(), nullable=False),
        sa.Column("imported_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_imported_entries")),
        sa.UniqueConstraint("key", name=op.f("uq_imported_entries_key")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("imported_entries")
