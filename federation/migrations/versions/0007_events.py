"""Events."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant, JsonText

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "event_cohosts",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("space", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "space", name=op.f("pk_event_cohosts")),
    )
    op.create_index("ix_event_cohosts_space", "event_cohosts", ["space", "state"], unique=False)
    op.create_table(
        "event_sessions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("host", sa.String(length=24), nullable=False),
        sa.Column("host_rev", sa.Integer(), nullable=False),
        sa.Column("host_sha256", sa.String(length=64), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("starts_local", sa.String(length=16), nullable=False),
        sa.Column("fold", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("relay_of", sa.String(length=36), nullable=True),
        sa.Column("mode", sa.String(length=24), nullable=False),
        sa.Column("venue", JsonText(), nullable=True),
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
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("previous_starts_at", Instant(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_sessions")),
    )
    op.create_index("ix_event_sessions_ends", "event_sessions", ["ends_at"], unique=False)
    op.create_index("ix_event_sessions_event", "event_sessions", ["event_id", "starts_at"], unique=False)
    op.create_index(op.f("ix_event_sessions_relay_of"), "event_sessions", ["relay_of"], unique=False)
    op.create_table(
        "events_told",
        sa.Column("twinning_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("twinning_id", name=op.f("pk_events_told")),
    )
    op.create_table(
        "format_replays",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("format_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("space", sa.String(length=24), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_format_replays")),
    )
    op.create_index("ix_format_replays_format", "format_replays", ["format_id", "version"], unique=False)
    op.create_table(
        "rsvps",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("home", sa.String(length=24), nullable=False),
        sa.Column("host", sa.String(length=24), nullable=False),
        sa.Column("guest", sa.String(length=36), nullable=True),
        sa.Column("holder", sa.String(length=120), nullable=True),
        sa.Column("pool", sa.String(length=24), nullable=False),
        sa.Column("origin", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("party", sa.Integer(), nullable=False),
        sa.Column("accept_fewer", sa.Boolean(), nullable=False),
        sa.Column("take_at_once", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("price_credits", sa.Integer(), nullable=False),
        sa.Column("charged_credits", sa.Integer(), nullable=True),
        sa.Column("queue_at", Instant(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("first_skipped_at", Instant(), nullable=True),
        sa.Column("told_place", sa.Integer(), nullable=True),
        sa.Column("offer_expires_at", Instant(), nullable=True),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("checked_in_at", Instant(), nullable=True),
        sa.Column("card", sa.Text(), nullable=True),
        sa.Column("feedback", sa.Text(), nullable=True),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.CheckConstraint("party >= 1", name=op.f("ck_rsvps_somebody")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rsvps")),
        sa.UniqueConstraint("holder", name=op.f("uq_rsvps_holder")),
    )
    op.create_index("ix_rsvps_home_changed", "rsvps", ["home", "changed_at"], unique=False)
    op.create_index("ix_rsvps_host_changed", "rsvps", ["host", "changed_at"], unique=False)
    op.create_index("ix_rsvps_offer", "rsvps", ["state", "offer_expires_at"], unique=False)
    op.create_index("ix_rsvps_queue", "rsvps", ["session_id", "pool", "state", "queue_at"], unique=False)
    op.create_table(
        "seat_briefs",
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("home", sa.String(length=24), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("box", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("session_id", "home", name=op.f("pk_seat_briefs")),
    )
    op.create_table(
        "seat_pools",
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken >= 0 AND held >= 0", name=op.f("ck_seat_pools_not_negative")),
        sa.PrimaryKeyConstraint("session_id", "name", name=op.f("pk_seat_pools")),
    )
    op.create_table(
        "seat_sessions",
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("host", sa.String(length=24), nullable=False),
        sa.Column("lead", sa.String(length=24), nullable=False),
        sa.Column("managers", JsonText(), nullable=False),
        sa.Column("readers", JsonText(), nullable=False),
        sa.Column("reach", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("opens_at", Instant(), nullable=True),
        sa.Column("closes_at", Instant(), nullable=False),
        sa.Column("waiting_list", sa.Boolean(), nullable=False),
        sa.Column("approval", sa.Boolean(), nullable=False),
        sa.Column("party_max", sa.Integer(), nullable=False),
        sa.Column("price_credits", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_seat_sessions")),
    )
    op.create_index("ix_seat_sessions_ends", "seat_sessions", ["settled_at", "ends_at"], unique=False)
    op.create_index(op.f("ix_seat_sessions_event_id"), "seat_sessions", ["event_id"], unique=False)
    op.create_index(op.f("ix_seat_sessions_is_told"), "seat_sessions", ["is_told"], unique=False)
    op.create_table(
        "withdrawn_rsvps",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("home", sa.String(length=24), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", "home", name=op.f("pk_withdrawn_rsvps")),
    )
    op.create_index(op.f("ix_withdrawn_rsvps_at"), "withdrawn_rsvps", ["at"], unique=False)
    op.create_table(
        "events",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("lead", sa.String(length=24), nullable=False),
        sa.Column("lead_rev", sa.Integer(), nullable=False),
        sa.Column("lead_sha256", sa.String(length=64), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("topics", JsonText(), nullable=False),
        sa.Column("reach", sa.String(length=24), nullable=False),
        sa.Column("attendee_list", sa.String(length=24), nullable=False),
        sa.Column("format", JsonText(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["lead"], ["spaces.slug"], name=op.f("fk_events_lead_spaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index("ix_events_changed", "events", ["changed_at"], unique=False)
    op.create_index("ix_events_lead", "events", ["lead"], unique=False)
    op.create_table(
        "format_versions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("author", sa.String(length=24), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", JsonText(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["author"], ["spaces.slug"], name=op.f("fk_format_versions_author_spaces")),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_format_versions")),
    )
    op.create_table(
        "outages",
        sa.Column("space", sa.String(length=24), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["space"], ["spaces.slug"], name=op.f("fk_outages_space_spaces")),
        sa.PrimaryKeyConstraint("space", "since", name=op.f("pk_outages")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("outages")
    op.drop_table("format_versions")
    op.drop_table("events")
    op.drop_table("withdrawn_rsvps")
    op.drop_table("seat_sessions")
    op.drop_table("seat_pools")
    op.drop_table("seat_briefs")
    op.drop_table("rsvps")
    op.drop_table("format_replays")
    op.drop_table("events_told")
    op.drop_table("event_sessions")
    op.drop_table("event_cohosts")
