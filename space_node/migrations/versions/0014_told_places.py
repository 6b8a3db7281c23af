"""Letters about places at events: what each member was last told, and the calendar sequence of each place's session."""

import hashlib

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the table and the column; what has happened until now is not told."""
    op.add_column("rsvps", sa.Column("sequence", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "told_places",
        sa.Column("rsvp_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=True),
        sa.Column("is_postponed", sa.Boolean(), nullable=False),
        sa.Column("link_sha256", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("rsvp_id", name=op.f("pk_told_places")),
    )
    op.execute(
        "UPDATE rsvps SET sequence = "
        "coalesce((SELECT sequence FROM mirror_sessions WHERE mirror_sessions.id = rsvps.session_id), 0)"
    )
    op.execute(
        "INSERT INTO told_places (rsvp_id, state, kind, sequence, starts_at, is_postponed) "
        "SELECT rsvps.id, rsvps.state, rsvps.kind, rsvps.sequence, rsvps.starts_at, "
        "coalesce(mirror_sessions.state = 'postponed', false) "
        "FROM rsvps LEFT JOIN mirror_sessions ON mirror_sessions.id = rsvps.session_id"
    )
    _note_links()


def downgrade() -> None:
    """Drop them."""
    op.drop_table("told_places")
    op.drop_column("rsvps", "sequence")


def _note_links() -> None:
    rsvps, told = sa.table("rsvps", sa.column("id"), sa.column("session_id")), sa.table("told_places", *map(sa.column, _COLUMNS))
    briefs = sa.table("mirror_briefs", sa.column("session_id"), sa.column("join_url"))
    known = sa.select(briefs.c.session_id, briefs.c.join_url).where(briefs.c.join_url.is_not(None))
    for session_id, link in op.get_bind().execute(known).all():
        ours = told.c.rsvp_id.in_(sa.select(rsvps.c.id).where(rsvps.c.session_id == session_id))
        op.execute(told.update().where(ours).values(link_sha256=hashlib.sha256(link.encode()).hexdigest()))


_COLUMNS = ("rsvp_id", "link_sha256")
