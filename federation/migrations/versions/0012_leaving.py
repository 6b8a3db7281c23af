"""Erasures: the list of those who are to be forgotten, and what each host holds of them."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant, JsonText

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the tables and the indexes by which a person's rows are found."""
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("home", sa.String(length=24), nullable=False),
        sa.Column("guest", sa.String(length=36), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("home", "guest", name=op.f("uq_erasures_home_guest")),
    )
    op.create_table(
        "erasure_parts",
        sa.Column("erasure_id", sa.String(length=36), nullable=False),
        sa.Column("space", sa.String(length=24), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("bookings", JsonText(), nullable=False),
        sa.Column("rsvps", JsonText(), nullable=False),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["erasure_id"], ["erasures.id"], name=op.f("fk_erasure_parts_erasure_id_erasures")),
        sa.PrimaryKeyConstraint("erasure_id", "space", name=op.f("pk_erasure_parts")),
    )
    op.create_index(op.f("ix_erasure_parts_space"), "erasure_parts", ["space"])
    op.create_index(op.f("ix_bookings_guest"), "bookings", ["guest"])
    op.create_index(op.f("ix_rsvps_guest"), "rsvps", ["guest"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_rsvps_guest"), "rsvps")
    op.drop_index(op.f("ix_bookings_guest"), "bookings")
    op.drop_table("erasure_parts")
    op.drop_table("erasures")
