"""Memberships: which pseudonyms are one person, by a code that was made at one home and entered at the other."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "memberships",
        sa.Column("home", sa.String(length=24), nullable=False),
        sa.Column("guest", sa.String(length=36), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=True),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("code_sha256", sa.String(length=64), nullable=True),
        sa.Column("code_expires_at", Instant(), nullable=True),
        sa.Column("code_used_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("home", "guest", name=op.f("pk_memberships")),
        sa.UniqueConstraint("person", "home", name=op.f("uq_memberships_person_home")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_memberships_code_sha256")),
    )
    op.create_index(op.f("ix_memberships_code_expires_at"), "memberships", ["code_expires_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("memberships")
