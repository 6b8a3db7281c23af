"""How many wait for the seats of a pool, and the end of that queue."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant

revision = "0008"
down_revision = "0007"

_WAITING = "FROM rsvps WHERE session_id = seat_pools.session_id AND pool = seat_pools.name AND state = 'waitlisted'"


def upgrade() -> None:
    """Count those who wait now."""
    with op.batch_alter_table("seat_pools") as table:
        table.add_column(sa.Column("waiting", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("queued_until", Instant(), nullable=True))
    op.execute(f"UPDATE seat_pools SET waiting = (SELECT count(*) {_WAITING}), queued_until = (SELECT max(queue_at) {_WAITING})")  # noqa: S608
    with op.batch_alter_table("seat_pools") as table:
        table.alter_column("waiting", server_default=None)
        table.create_check_constraint(op.f("ck_seat_pools_nobody_less"), "waiting >= 0")


def downgrade() -> None:
    """Those who wait can be counted."""
    with op.batch_alter_table("seat_pools") as table:
        table.drop_constraint(op.f("ck_seat_pools_nobody_less"), type_="check")
        table.drop_column("queued_until")
        table.drop_column("waiting")
