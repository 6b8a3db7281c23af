"""Spaces."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant, JsonText

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "spaces",
        sa.Column("slug", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("suspended_from", sa.String(length=16), nullable=True),
        sa.Column("state_reason", sa.String(length=500), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("profile", JsonText(), nullable=True),
        sa.Column("profile_rev", sa.Integer(), nullable=False),
        sa.Column("profile_sha256", sa.String(length=64), nullable=True),
        sa.Column("root_thumbprint", sa.String(length=64), nullable=True),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("charter_version", sa.Integer(), nullable=False),
        sa.Column("charter_accepted_by", sa.String(length=80), nullable=False),
        sa.Column("issuer_limit_credits", sa.Integer(), nullable=False),
        sa.Column("pair_limit_credits", sa.Integer(), nullable=False),
        sa.Column("open_bookings_max", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("state_changed_at", Instant(), nullable=False),
        sa.Column("last_seen_at", Instant(), nullable=True),
        sa.Column("cursor_seq", sa.BigInteger(), nullable=False),
        sa.Column("outbox_oldest_at", Instant(), nullable=True),
        sa.CheckConstraint("rev >= 1", name=op.f("ck_spaces_rev_positive")),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_spaces")),
    )
    op.create_table(
        "approvals",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("space", sa.String(length=24), nullable=False),
        sa.Column("operator", sa.String(length=254), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["space"], ["spaces.slug"], name=op.f("fk_approvals_space_spaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
        sa.UniqueConstraint("space", "operator", name=op.f("uq_approvals_space_operator")),
    )
    op.create_table(
        "invites",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("space", sa.String(length=24), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("created_by", sa.String(length=254), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.Column("application_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["space"], ["spaces.slug"], name=op.f("fk_invites_space_spaces")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_invites")),
    )
    op.create_index(op.f("ix_invites_space"), "invites", ["space"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("invites")
    op.drop_table("approvals")
    op.drop_table("spaces")
