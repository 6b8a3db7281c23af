"""Twinnings."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "twinnings",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("first", sa.String(length=24), nullable=False),
        sa.Column("second", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("latest_version", sa.Integer(), nullable=False),
        sa.Column("active_version", sa.Integer(), nullable=True),
        sa.Column("active_pair", sa.String(length=49), nullable=True),
        sa.Column("activated_at", Instant(), nullable=True),
        sa.CheckConstraint("first < second", name=op.f("ck_twinnings_pair_in_order")),
        sa.ForeignKeyConstraint(["first"], ["spaces.slug"], name=op.f("fk_twinnings_first_spaces")),
        sa.ForeignKeyConstraint(["second"], ["spaces.slug"], name=op.f("fk_twinnings_second_spaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_twinnings")),
        sa.UniqueConstraint("active_pair", name=op.f("uq_twinnings_active_pair")),
    )
    op.create_index(op.f("ix_twinnings_first"), "twinnings", ["first"], unique=False)
    op.create_index(op.f("ix_twinnings_second"), "twinnings", ["second"], unique=False)
    op.create_table(
        "twinning_versions",
        sa.Column("twinning_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("proposer", sa.String(length=24), nullable=False),
        sa.Column("payload_sha256", sa.String(length=64), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=True),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.Column("agreed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["twinning_id"], ["twinnings.id"], name=op.f("fk_twinning_versions_twinning_id_twinnings")),
        sa.PrimaryKeyConstraint("twinning_id", "version", name=op.f("pk_twinning_versions")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("twinning_versions")
    op.drop_table("twinnings")
