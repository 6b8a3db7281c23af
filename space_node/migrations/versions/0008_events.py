"""Events."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant, JsonText

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "cohost_invitations",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("heard_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_cohost_invitations")),
    )
    op.create_table(
        "cohost_wishes",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("space", sa.String(length=24), nullable=False),
        sa.Column("wanted", sa.String(length=16), nullable=False),
        sa.Column("sent", sa.Boolean(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("fault", sa.String(length=80), nullable=True),
        sa.Column("fault_detail", sa.String(length=500), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "space", name=op.f("pk_cohost_wishes")),
    )
    op.create_table(
        "done_tasks",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("done_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "place", name=op.f("pk_done_tasks")),
    )
    op.create_table(
        "library_formats",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.String(length=24), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("topics", JsonText(), nullable=False),
        sa.Column("content", JsonText(), nullable=False),
        sa.Column("replays", JsonText(), nullable=False),
        sa.Column("parent_id", sa.String(length=36), nullable=True),
        sa.Column("parent_version", sa.Integer(), nullable=True),
        sa.Column("published_at", Instant(), nullable=False),
        sa.Column("fault", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_library_formats")),
    )
    op.create_index("ix_library_formats_parent", "library_formats", ["parent_id", "parent_version"], unique=False)
    op.create_table(
        "mirror_event_holders",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("space", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "space", name=op.f("pk_mirror_event_holders")),
    )
    op.create_table(
        "mirror_event_topics",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "key", name=op.f("pk_mirror_event_topics")),
    )
    op.create_index("ix_mirror_event_topics_key", "mirror_event_topics", ["key", "event_id", "name"], unique=False)
    op.create_table(
        "mirror_events",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("as_of", Instant(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("lead", sa.String(length=24), nullable=False),
        sa.Column("lead_rev", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("topics", JsonText(), nullable=False),
        sa.Column("reach", sa.String(length=16), nullable=False),
        sa.Column("attendee_list", sa.String(length=16), nullable=False),
        sa.Column("format", JsonText(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("cohosts", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mirror_events")),
    )
    op.create_table(
        "mirror_seats",
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("as_of", Instant(), nullable=False),
        sa.Column("pools", JsonText(), nullable=False),
        sa.Column("homes", JsonText(), nullable=False),
        sa.Column("free", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_mirror_seats")),
    )
    op.create_table(
        "mirror_sessions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("as_of", Instant(), nullable=False),
        sa.Column("host", sa.String(length=24), nullable=False),
        sa.Column("host_rev", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("starts_local", sa.String(length=16), nullable=False),
        sa.Column("fold", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("previous_starts_at", Instant(), nullable=True),
        sa.Column("relay_of", sa.String(length=36), nullable=True),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("venue", JsonText(), nullable=True),
        sa.Column("shown_to", sa.String(length=8), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("city_key", sa.String(length=240), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("seats_in_person", sa.Integer(), nullable=True),
        sa.Column("seats_remote", sa.Integer(), nullable=True),
        sa.Column("door_seats", sa.Integer(), nullable=False),
        sa.Column("waiting_list", sa.Boolean(), nullable=False),
        sa.Column("approval", sa.Boolean(), nullable=False),
        sa.Column("party_max", sa.Integer(), nullable=False),
        sa.Column("price_credits", sa.Integer(), nullable=False),
        sa.Column("opens_at", Instant(), nullable=True),
        sa.Column("closes_at", Instant(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mirror_sessions")),
    )
    op.create_index(
        "ix_mirror_sessions_choices",
        "mirror_sessions",
        ["ends_at", "shown_to", "host", "mode", "language", "city_key", "city"],
        unique=False,
    )
    op.create_index("ix_mirror_sessions_event", "mirror_sessions", ["event_id", "starts_at"], unique=False)
    op.create_index("ix_mirror_sessions_host", "mirror_sessions", ["host", "starts_at"], unique=False)
    op.create_index("ix_mirror_sessions_starts", "mirror_sessions", ["starts_at", "id", "ends_at", "shown_to"], unique=False)
    op.create_table(
        "own_events",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("topics", JsonText(), nullable=False),
        sa.Column("reach", sa.String(length=16), nullable=False),
        sa.Column("attendee_list", sa.String(length=16), nullable=False),
        sa.Column("format", JsonText(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("acked_rev", sa.BigInteger(), nullable=False),
        sa.Column("fault", sa.String(length=80), nullable=True),
        sa.Column("fault_detail", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_events")),
    )
    op.create_index("ix_own_events_state", "own_events", ["state", "id"], unique=False)
    op.create_table(
        "own_sessions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("starts_local", sa.String(length=16), nullable=False),
        sa.Column("fold", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("relay_of", sa.String(length=36), nullable=True),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("venue", JsonText(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("seats_in_person", sa.Integer(), nullable=True),
        sa.Column("seats_remote", sa.Integer(), nullable=True),
        sa.Column("door_seats", sa.Integer(), nullable=False),
        sa.Column("waiting_list", sa.Boolean(), nullable=False),
        sa.Column("approval", sa.Boolean(), nullable=False),
        sa.Column("party_max", sa.Integer(), nullable=False),
        sa.Column("price_credits", sa.Integer(), nullable=False),
        sa.Column("opens_local", sa.String(length=16), nullable=True),
        sa.Column("closes_local", sa.String(length=16), nullable=True),
        sa.Column("opens_at", Instant(), nullable=True),
        sa.Column("closes_at", Instant(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("join_url", sa.String(length=500), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("acked_rev", sa.BigInteger(), nullable=False),
        sa.Column("fault", sa.String(length=80), nullable=True),
        sa.Column("fault_detail", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_sessions")),
    )
    op.create_index("ix_own_sessions_event", "own_sessions", ["event_id", "starts_at"], unique=False)
    op.create_index("ix_own_sessions_starts", "own_sessions", ["starts_at"], unique=False)
    op.create_table(
        "replay_plans",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("format_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_replay_plans")),
    )
    op.create_index("ix_replay_plans_format", "replay_plans", ["format_id", "version", "made_at"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("replay_plans")
    op.drop_table("own_sessions")
    op.drop_table("own_events")
    op.drop_table("mirror_sessions")
    op.drop_table("mirror_seats")
    op.drop_table("mirror_events")
    op.drop_table("mirror_event_topics")
    op.drop_table("mirror_event_holders")
    op.drop_table("library_formats")
    op.drop_table("done_tasks")
    op.drop_table("cohost_wishes")
    op.drop_table("cohost_invitations")
