"""Queues are served by a tick of the worker, one by one: the run of the repair that they were is nobody's last run any more."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """What never runs again would be shown, and its last fault told, for good."""
    op.execute("DELETE FROM reconciler_runs WHERE name = 'serve queues'")


def downgrade() -> None:
    """The repair notes its first run itself."""
