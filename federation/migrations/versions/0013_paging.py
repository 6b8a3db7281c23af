"""Indexes for long lists: the trial balance adds the journal up from an index alone."""

from alembic import op

revision = "0013"
down_revision = "0012"
TABLE, INDEX = "journal_entries", "ix_journal_entries_kind"


def upgrade() -> None:
    """Let the index hold the amounts too."""
    op.drop_index(INDEX, table_name=TABLE)
    op.create_index(INDEX, TABLE, ["kind", "owner", "credits"])


def downgrade() -> None:
    """Take them out again."""
    op.drop_index(INDEX, table_name=TABLE)
    op.create_index(INDEX, TABLE, ["kind", "owner"])
