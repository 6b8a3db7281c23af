"""Answers given, for calls that are repeated."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant, JsonText

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "answers",
        sa.Column("scope", sa.String(200), primary_key=True),
        sa.Column("key", sa.String(100), primary_key=True),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("body", JsonText, nullable=False),
        sa.Column("at", Instant, nullable=False, index=True),
    )


def downgrade() -> None:
    op.drop_table("answers")
