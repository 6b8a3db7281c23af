"""Bookings."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "availability_told",
        sa.Column("twinning_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("twinning_id", name=op.f("pk_availability_told")),
    )
    op.create_table(
        "bookings",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=True),
        sa.Column("home", sa.String(length=24), nullable=False),
        sa.Column("host", sa.String(length=24), nullable=False),
        sa.Column("guest", sa.String(length=36), nullable=True),
        sa.Column("host_guest", sa.String(length=36), nullable=True),
        sa.Column("twinning_id", sa.String(length=36), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("part", sa.String(length=24), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("opens_at", Instant(), nullable=True),
        sa.Column("closes_at", Instant(), nullable=True),
        sa.Column("terms_version", sa.Integer(), nullable=False),
        sa.Column("price_credits", sa.Integer(), nullable=False),
        sa.Column("charged_credits", sa.Integer(), nullable=True),
        sa.Column("claim_credits", sa.Integer(), nullable=True),
        sa.Column("post_after", Instant(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=24), nullable=False),
        sa.Column("payer", sa.String(length=24), nullable=False),
        sa.Column("card", sa.Text(), nullable=True),
        sa.Column("morning_seat", sa.String(length=24), nullable=True),
        sa.Column("afternoon_seat", sa.String(length=24), nullable=True),
        sa.Column("held_morning", sa.String(length=120), nullable=True),
        sa.Column("held_afternoon", sa.String(length=120), nullable=True),
        sa.Column("checked_in_at", Instant(), nullable=True),
        sa.Column("proof_sha256", sa.String(length=64), nullable=True),
        sa.Column("passport_ref", sa.String(length=64), nullable=True),
        sa.Column("record", sa.Text(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.CheckConstraint("home <> host", name=op.f("ck_bookings_away")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookings")),
        sa.UniqueConstraint("held_afternoon", name=op.f("uq_bookings_held_afternoon")),
        sa.UniqueConstraint("held_morning", name=op.f("uq_bookings_held_morning")),
        sa.UniqueConstraint("host", "on", "passport_ref", name=op.f("uq_bookings_host_on_passport_ref")),
    )
    op.create_index("ix_bookings_home_changed", "bookings", ["home", "changed_at"], unique=False)
    op.create_index("ix_bookings_host_on", "bookings", ["host", "on"], unique=False)
    op.create_index(op.f("ix_bookings_post_after"), "bookings", ["post_after"], unique=False)
    op.create_index(op.f("ix_bookings_request_id"), "bookings", ["request_id"], unique=False)
    op.create_index("ix_bookings_state_closes", "bookings", ["state", "closes_at"], unique=False)
    op.create_table(
        "common_seats",
        sa.Column("host", sa.String(length=24), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("half", sa.String(length=24), nullable=False),
        sa.Column("offered", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken >= 0 AND offered >= 0", name=op.f("ck_common_seats_not_negative")),
        sa.PrimaryKeyConstraint("host", "on", "half", name=op.f("pk_common_seats")),
    )
    op.create_table(
        "guest_days",
        sa.Column("twinning_id", sa.String(length=36), nullable=False),
        sa.Column("host", sa.String(length=24), nullable=False),
        sa.Column("guest", sa.String(length=36), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_guest_days_not_negative")),
        sa.PrimaryKeyConstraint("twinning_id", "host", "guest", "month", name=op.f("pk_guest_days")),
    )
    op.create_table(
        "set_aside_seats",
        sa.Column("twinning_id", sa.String(length=36), nullable=False),
        sa.Column("host", sa.String(length=24), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("half", sa.String(length=24), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_set_aside_seats_not_negative")),
        sa.PrimaryKeyConstraint("twinning_id", "host", "on", "half", name=op.f("pk_set_aside_seats")),
    )
    op.create_table(
        "availability_states",
        sa.Column("host", sa.String(length=24), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["host"], ["spaces.slug"], name=op.f("fk_availability_states_host_spaces")),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_availability_states")),
    )
    op.create_table(
        "day_offers",
        sa.Column("host", sa.String(length=24), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("opens_at", Instant(), nullable=True),
        sa.Column("noon_at", Instant(), nullable=True),
        sa.Column("closes_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["host"], ["spaces.slug"], name=op.f("fk_day_offers_host_spaces")),
        sa.PrimaryKeyConstraint("host", "on", name=op.f("pk_day_offers")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("day_offers")
    op.drop_table("availability_states")
    op.drop_table("set_aside_seats")
    op.drop_table("guest_days")
    op.drop_table("common_seats")
    op.drop_table("bookings")
    op.drop_table("availability_told")
