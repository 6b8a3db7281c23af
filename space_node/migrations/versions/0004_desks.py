"""Desks."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "day_exceptions",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("morning_seats", sa.Integer(), nullable=False),
        sa.Column("afternoon_seats", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("morning_seats >= 0 AND afternoon_seats >= 0", name=op.f("ck_day_exceptions_seats")),
        sa.PrimaryKeyConstraint("on", name=op.f("pk_day_exceptions")),
    )
    op.create_table(
        "published_days",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("on", name=op.f("pk_published_days")),
    )
    op.create_table(
        "weekday_offers",
        sa.Column("weekday", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("morning_seats", sa.Integer(), nullable=False),
        sa.Column("afternoon_seats", sa.Integer(), nullable=False),
        sa.CheckConstraint("morning_seats >= 0 AND afternoon_seats >= 0", name=op.f("ck_weekday_offers_seats")),
        sa.PrimaryKeyConstraint("weekday", name=op.f("pk_weekday_offers")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("weekday_offers")
    op.drop_table("published_days")
    op.drop_table("day_exceptions")
