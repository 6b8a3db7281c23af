"""Passports."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "issued_passports",
        sa.Column("cti", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("booking_id", sa.String(length=36), nullable=True),
        sa.Column("audience", sa.String(length=24), nullable=True),
        sa.Column("display_name", sa.String(length=24), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=True),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.CheckConstraint("(kind = 'visit') = (booking_id IS NOT NULL)", name=op.f("ck_issued_passports_visit")),
        sa.CheckConstraint("kind IN ('phone', 'paper', 'visit')", name=op.f("ck_issued_passports_kind")),
        sa.PrimaryKeyConstraint("cti", name=op.f("pk_issued_passports")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_issued_passports_booking_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_issued_passports_ref")),
        sa.UniqueConstraint("status_index", name=op.f("uq_issued_passports_status_index")),
    )
    op.create_index(op.f("ix_issued_passports_expires_at"), "issued_passports", ["expires_at"], unique=False)
    op.create_index(op.f("ix_issued_passports_member_id"), "issued_passports", ["member_id", "expires_at"], unique=False)
    op.create_table(
        "own_status_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("held_rev", sa.BigInteger(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_own_status_list_the_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_status_list")),
    )
    op.create_table(
        "promised_passes",
        sa.Column("booking_id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("host", sa.String(length=24), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_promised_passes")),
    )
    op.create_index(op.f("ix_promised_passes_due_at"), "promised_passes", ["due_at"], unique=False)
    op.create_index(op.f("ix_promised_passes_member_id"), "promised_passes", ["member_id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("promised_passes")
    op.drop_table("own_status_list")
    op.drop_table("issued_passports")
