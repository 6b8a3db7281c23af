"""After a restore: of the hub, what it is told again with its own seals; of this node, what it takes back."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("outbox", sa.Column("answer_seal", sa.Text(), nullable=True))
    op.add_column("identity", sa.Column("restored_at", Instant(), nullable=True))
    op.add_column("identity", sa.Column("retell_since", Instant(), nullable=True))
    op.add_column("identity", sa.Column("retold_id", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("identity") as batch:
        for column in ("retold_id", "retell_since", "restored_at"):
            batch.drop_column(column)
    with op.batch_alter_table("outbox") as batch:
        batch.drop_column("answer_seal")
