"""Who is named with a format beside its space; what the hub has told of that before is read in a snapshot."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Make the table, and read all anew: an older node has passed this kind of news over."""
    op.create_table(
        "named_authors",
        sa.Column("format_id", sa.String(length=36), nullable=False),
        sa.Column("space", sa.String(length=24), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("told_rev", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("agreed_at", Instant(), nullable=True),
        sa.Column("fault", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("format_id", name=op.f("pk_named_authors")),
    )
    op.execute("UPDATE reader_state SET cursor = '', item_key = ''")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("named_authors")
