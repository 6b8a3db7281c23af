"""Seats."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant, JsonText

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "calendar_feeds",
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("with_waiting", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_calendar_feeds_token_sha256")),
    )
    op.create_table(
        "guest_rsvps",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("home", sa.String(length=24), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("party", sa.Integer(), nullable=False),
        sa.Column("price_credits", sa.Integer(), nullable=False),
        sa.Column("charged_credits", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("shares", sa.Boolean(), nullable=False),
        sa.Column("names_erased_at", Instant(), nullable=True),
        sa.Column("passport_ref", sa.String(length=64), nullable=True),
        sa.Column("door_seat", sa.Boolean(), nullable=False),
        sa.Column("same_as", sa.String(length=36), nullable=True),
        sa.Column("arrived_at", Instant(), nullable=True),
        sa.Column("report_id", sa.String(length=36), nullable=True),
        sa.Column("asked", sa.String(length=8), nullable=False),
        sa.Column("problem", sa.String(length=80), nullable=True),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("feedback_at", Instant(), nullable=True),
        sa.Column("as_of", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_rsvps")),
        sa.UniqueConstraint("session_id", "passport_ref", name=op.f("uq_guest_rsvps_session_id_passport_ref")),
    )
    op.create_index("ix_guest_rsvps_home", "guest_rsvps", ["home", "session_id"], unique=False)
    op.create_index("ix_guest_rsvps_session", "guest_rsvps", ["session_id", "state"], unique=False)
    op.create_table(
        "hosted_sessions",
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.Column("door_taken", sa.Integer(), nullable=False),
        sa.Column("recap", sa.Text(), nullable=False),
        sa.Column("recap_at", Instant(), nullable=True),
        sa.CheckConstraint("door_taken >= 0", name=op.f("ck_hosted_sessions_door_taken")),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_hosted_sessions")),
    )
    op.create_table(
        "mirror_briefs",
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("host", sa.String(length=24), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("as_of", Instant(), nullable=False),
        sa.Column("join_url", sa.String(length=500), nullable=True),
        sa.Column("notices", JsonText(), nullable=False),
        sa.Column("attendees", JsonText(), nullable=False),
        sa.Column("sharing", sa.Integer(), nullable=False),
        sa.Column("recap", sa.Text(), nullable=False),
        sa.Column("erased_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_mirror_briefs")),
    )
    op.create_table(
        "rsvps",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=True),
        sa.Column("held", sa.String(length=73), nullable=True),
        sa.Column("host", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("starts_at", Instant(), nullable=True),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("party", sa.Integer(), nullable=False),
        sa.Column("accept_fewer", sa.Boolean(), nullable=False),
        sa.Column("take_at_once", sa.Boolean(), nullable=False),
        sa.Column("shares", sa.Boolean(), nullable=False),
        sa.Column("price_credits", sa.Integer(), nullable=False),
        sa.Column("price_now_credits", sa.Integer(), nullable=True),
        sa.Column("charged_credits", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("waiting", sa.Integer(), nullable=True),
        sa.Column("offer_expires_at", Instant(), nullable=True),
        sa.Column("checked_in_at", Instant(), nullable=True),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("pressed", sa.String(length=8), nullable=True),
        sa.Column("problem", sa.String(length=80), nullable=True),
        sa.Column("feedback_at", Instant(), nullable=True),
        sa.Column("was_sure", sa.Boolean(), nullable=False),
        sa.Column("calendar_steps", sa.Integer(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rsvps")),
        sa.UniqueConstraint("held", name=op.f("uq_rsvps_held")),
    )
    op.create_index("ix_rsvps_member_starts", "rsvps", ["member_id", "starts_at"], unique=False)
    op.create_index("ix_rsvps_session", "rsvps", ["session_id"], unique=False)
    op.create_table(
        "sent_briefs",
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("home", sa.String(length=24), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "home", name=op.f("pk_sent_briefs")),
    )
    op.create_table(
        "session_notices",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_notices")),
    )
    op.create_index(op.f("ix_session_notices_session_id"), "session_notices", ["session_id"], unique=False)
    op.create_table(
        "shared_recaps",
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("host", sa.String(length=24), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("as_of", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_shared_recaps")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("shared_recaps")
    op.drop_table("session_notices")
    op.drop_table("sent_briefs")
    op.drop_table("rsvps")
    op.drop_table("mirror_briefs")
    op.drop_table("hosted_sessions")
    op.drop_table("guest_rsvps")
    op.drop_table("calendar_feeds")
