"""Each purse belongs to somebody; on SQLite the table is rebuilt for it, below the coins that point to it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import conv

from shared.columns import JsonText

revision = "0002"
down_revision = "0001"

# Batch mode carries no check constraint over by itself, nor gives it its full name.
KEPT = (sa.CheckConstraint("credits >= 0", name=conv("ck_purses_credits_not_negative")),)


def upgrade() -> None:
    with op.batch_alter_table("purses", table_args=KEPT) as table:
        table.add_column(sa.Column("owner", sa.String(40), nullable=False, server_default="nobody"))
        table.add_column(sa.Column("kind", sa.String(20), nullable=False, server_default="plan"))
        table.add_column(sa.Column("notes", JsonText))
    op.execute("UPDATE purses SET kind = 'old-' || id")
    with op.batch_alter_table("purses", table_args=KEPT) as table:
        table.alter_column("owner", server_default=None)
        table.alter_column("kind", server_default=None)
        table.create_unique_constraint("uq_purses_owner_kind", ["owner", "kind"])


def downgrade() -> None:
    with op.batch_alter_table("purses", table_args=KEPT) as table:
        table.drop_constraint("uq_purses_owner_kind", type_="unique")
        table.drop_column("owner")
        table.drop_column("kind")
        table.drop_column("notes")
