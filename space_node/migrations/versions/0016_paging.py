"""Indexes for long lists: grants by time, what was granted, who is away on a day, what waits for the hub."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make them."""
    op.create_index("ix_grants_asked", "grants", ["asked_at", "id"])
    op.create_index("ix_grants_state", "grants", ["state", "credits"])
    op.create_index("ix_outbox_state", "outbox", ["state", "problem_slug"])
    op.create_index("ix_trips_on", "trips", ["on", "state"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_trips_on", table_name="trips")
    op.drop_index("ix_outbox_state", table_name="outbox")
    op.drop_index("ix_grants_state", table_name="grants")
    op.drop_index("ix_grants_asked", table_name="grants")
