"""Who has still to tell a restored hub again is noted by space, also when the others no longer wait for it."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant

revision = "0016"
down_revision = "0015"

_OTHERS = """
    SELECT slug{} FROM spaces, feed_counter
    WHERE recovering_since IS NOT NULL AND state NOT IN ('invited', 'left') AND slug NOT IN (SELECT space FROM {})
"""


def upgrade() -> None:
    """Who has not told yet, while a recovery lasts, is who is not among those who have."""
    op.create_table(
        "untold_spaces",
        sa.Column("space", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("space", name=op.f("pk_untold_spaces")),
    )
    op.execute("INSERT INTO untold_spaces (space)" + _OTHERS.format("", "retold_spaces"))
    op.drop_table("retold_spaces")


def downgrade() -> None:
    """The other way round."""
    op.create_table(
        "retold_spaces",
        sa.Column("space", sa.String(length=24), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("space", name=op.f("pk_retold_spaces")),
    )
    op.execute("INSERT INTO retold_spaces (space, at)" + _OTHERS.format(", recovering_since", "untold_spaces"))
    op.drop_table("untold_spaces")
