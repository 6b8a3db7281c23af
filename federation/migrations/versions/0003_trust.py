"""Trust."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "key_lists",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_key_lists")),
    )
    op.create_table(
        "key_list_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_list_head")),
    )
    op.execute("INSERT INTO key_list_head (id, seq) VALUES (1, 0)")
    op.create_table(
        "used_assertions",
        sa.Column("client_id", sa.String(length=24), nullable=False),
        sa.Column("jti", sa.String(length=64), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "jti", name=op.f("pk_used_assertions")),
    )
    op.create_index(op.f("ix_used_assertions_expires_at"), "used_assertions", ["expires_at"], unique=False)
    op.create_table(
        "key_sets",
        sa.Column("space", sa.String(length=24), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["space"], ["spaces.slug"], name=op.f("fk_key_sets_space_spaces")),
        sa.PrimaryKeyConstraint("space", name=op.f("pk_key_sets")),
    )
    op.create_table(
        "passport_refs",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("home", sa.String(length=24), nullable=False),
        sa.Column("guest", sa.String(length=36), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.String(length=36), nullable=True),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("body_sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["home"], ["spaces.slug"], name=op.f("fk_passport_refs_home_spaces")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_passport_refs")),
    )
    op.create_index(op.f("ix_passport_refs_expires_at"), "passport_refs", ["expires_at"], unique=False)
    op.create_index("ix_passport_refs_home_guest", "passport_refs", ["home", "guest"], unique=False)
    op.create_table(
        "status_lists",
        sa.Column("space", sa.String(length=24), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["space"], ["spaces.slug"], name=op.f("fk_status_lists_space_spaces")),
        sa.PrimaryKeyConstraint("space", name=op.f("pk_status_lists")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("status_lists")
    op.drop_table("passport_refs")
    op.drop_table("key_sets")
    op.drop_table("used_assertions")
    op.drop_table("key_list_head")
    op.drop_table("key_lists")
