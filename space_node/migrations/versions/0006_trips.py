"""Trips."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant, JsonText

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "host_pseudonyms",
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("host", sa.String(length=24), nullable=False),
        sa.Column("host_guest", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "host", name=op.f("pk_host_pseudonyms")),
    )
    op.create_table(
        "trips",
        sa.Column("booking_id", sa.String(length=36), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=True),
        sa.Column("member_id", sa.String(length=36), nullable=True),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("payer", sa.String(length=16), nullable=False),
        sa.Column("host", sa.String(length=24), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("terms_version", sa.Integer(), nullable=False),
        sa.Column("price_credits", sa.Integer(), nullable=False),
        sa.Column("price_now_credits", sa.Integer(), nullable=True),
        sa.Column("charged_credits", sa.Integer(), nullable=True),
        sa.Column("opens_at", Instant(), nullable=True),
        sa.Column("closes_at", Instant(), nullable=True),
        sa.Column("cancellation", JsonText(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("cancel_asked_at", Instant(), nullable=True),
        sa.Column("checked_in_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_trips")),
    )
    op.create_index("ix_trips_host_on", "trips", ["host", "on"], unique=False)
    op.create_index("ix_trips_member_on", "trips", ["member_id", "on"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("trips")
    op.drop_table("host_pseudonyms")
