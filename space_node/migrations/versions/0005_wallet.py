"""Wallet."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant, JsonText

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "grants",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("guest", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index(op.f("ix_grants_member_id"), "grants", ["member_id"], unique=False)
    op.create_table(
        "wallets",
        sa.Column("guest", sa.String(length=36), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("lots", JsonText(), nullable=False),
        sa.Column("as_of", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("guest", name=op.f("pk_wallets")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("wallets")
    op.drop_table("grants")
