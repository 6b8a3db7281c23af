"""Linked memberships: at which other spaces a member is a member too."""

import sqlalchemy as sa
from alembic import op

from shared.columns import JsonText

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "linked_memberships",
        sa.Column("guest", sa.String(length=36), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("spaces", JsonText(), nullable=False),
        sa.Column("is_ending", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("guest", name=op.f("pk_linked_memberships")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("linked_memberships")
