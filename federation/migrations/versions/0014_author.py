"""Who is named with a format beside its space, as long as they agree."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "named_authors",
        sa.Column("format_id", sa.String(length=36), nullable=False),
        sa.Column("space", sa.String(length=24), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("agreed_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("format_id", name=op.f("pk_named_authors")),
    )


def downgrade() -> None:
    """Drop it, and what was told of it, which an older hub does not know."""
    op.execute("DELETE FROM feed WHERE type = 'named-author.updated'")
    op.drop_table("named_authors")
