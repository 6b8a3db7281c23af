"""Accounts: mail, roles, browsers by name."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the table and the columns."""
    op.create_table(
        "mail",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("plain", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", Instant(), nullable=False),
        sa.Column("good_until", Instant(), nullable=True),
        sa.Column("lease", sa.String(length=40), nullable=True),
        sa.Column("leased_until", Instant(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'handed', 'sent', 'parked', 'dropped')", name=op.f("ck_mail_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    open_rows = sa.text("state IN ('waiting', 'handed')")
    op.create_index(
        op.f("ix_mail_next_attempt_at"), "mail", ["next_attempt_at"], sqlite_where=open_rows, postgresql_where=open_rows
    )

    op.add_column("browser_sessions", sa.Column("device", sa.String(length=40), server_default="?", nullable=False))
    with op.batch_alter_table("operators") as batch:
        batch.add_column(sa.Column("role", sa.String(length=10), server_default="operator", nullable=False))
        batch.add_column(sa.Column("language", sa.String(length=8), server_default="en", nullable=False))
        batch.create_check_constraint(op.f("ck_operators_role"), "role IN ('operator', 'auditor')")


def downgrade() -> None:
    """Drop them."""
    # Whoever could only read would be an operator afterwards.
    op.execute("DELETE FROM operators WHERE role = 'auditor'")
    with op.batch_alter_table("operators") as batch:
        batch.drop_constraint(op.f("ck_operators_role"), type_="check")
        batch.drop_column("language")
        batch.drop_column("role")
    op.drop_column("browser_sessions", "device")
    op.drop_table("mail")
