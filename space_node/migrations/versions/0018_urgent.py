"""Guests whom the host writes to itself if their space is silent: that they want it, how to reach them, what they know."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Make them; nobody has asked for it yet."""
    op.add_column("rsvps", sa.Column("may_write", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("guest_rsvps", sa.Column("urgent_box", sa.Text(), nullable=True))
    op.add_column("guest_rsvps", sa.Column("told_directly_at", Instant(), nullable=True))
    op.create_table(
        "told_guests",
        sa.Column("rsvp_id", sa.String(length=36), nullable=False),
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("open_since", Instant(), nullable=True),
        sa.Column("mail_id", sa.String(length=36), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=True),
        sa.Column("is_postponed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("rsvp_id", name=op.f("pk_told_guests")),
    )
    op.create_index("ix_told_guests_open", "told_guests", ["open_since"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("told_guests")
    op.drop_column("guest_rsvps", "told_directly_at")
    op.drop_column("guest_rsvps", "urgent_box")
    op.drop_column("rsvps", "may_write")
