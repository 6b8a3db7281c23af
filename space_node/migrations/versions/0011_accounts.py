"""Accounts: mail, roles, browsers by name."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant

revision = "0011"
down_revision = "0010"


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
    op.add_column("accounts", sa.Column("is_owner", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("accounts", sa.Column("language", sa.String(length=8), server_default="en", nullable=False))
    op.add_column("accounts", sa.Column("wants_news", sa.Boolean(), server_default=sa.true(), nullable=False))
    # A space keeps an owner: whoever has been its manager for the longest time.
    op.execute(
        "UPDATE accounts SET is_owner = true WHERE id = "
        "(SELECT id FROM accounts WHERE is_manager ORDER BY created_at, id LIMIT 1)"
    )


def downgrade() -> None:
    """Drop them."""
    for column in ("wants_news", "language", "is_owner"):
        op.drop_column("accounts", column)
    op.drop_column("browser_sessions", "device")
    op.drop_table("mail")
