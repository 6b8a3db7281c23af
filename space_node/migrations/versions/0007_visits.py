"""Visits."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "visit_records",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("booking_id", sa.String(length=36), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("proof_sha256", sa.String(length=64), nullable=True),
        sa.Column("passport_ref", sa.String(length=64), nullable=True),
        sa.Column("offline", sa.Boolean(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_records")),
    )
    op.create_index(op.f("ix_visit_records_booking_id"), "visit_records", ["booking_id"], unique=False)
    op.create_index(op.f("ix_visit_records_passport_ref"), "visit_records", ["passport_ref"], unique=False)
    op.create_table(
        "visits",
        sa.Column("booking_id", sa.String(length=36), nullable=False),
        sa.Column("home", sa.String(length=24), nullable=False),
        sa.Column("host_guest", sa.String(length=36), nullable=True),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("opens_at", Instant(), nullable=True),
        sa.Column("closes_at", Instant(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("payer", sa.String(length=16), nullable=False),
        sa.Column("price_credits", sa.Integer(), nullable=False),
        sa.Column("charged_credits", sa.Integer(), nullable=True),
        sa.Column("guest_name", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("names_erased_at", Instant(), nullable=True),
        sa.Column("passport_ref", sa.String(length=64), nullable=True),
        sa.Column("arrived_at", Instant(), nullable=True),
        sa.Column("checked_in_at", Instant(), nullable=True),
        sa.Column("cancel_asked_at", Instant(), nullable=True),
        sa.Column("problem", sa.String(length=80), nullable=True),
        sa.Column("same_as", sa.String(length=36), nullable=True),
        sa.Column("as_of", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_visits")),
        sa.UniqueConstraint("passport_ref", "on", name=op.f("uq_visits_passport_ref_on")),
    )
    op.create_index(op.f("ix_visits_home"), "visits", ["home", "on"], unique=False)
    op.create_index(op.f("ix_visits_on"), "visits", ["on", "home"], unique=False)
    op.create_index(op.f("ix_visits_same_as"), "visits", ["same_as"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("visits")
    op.drop_table("visit_records")
