"""Plumbing and uplink."""

import sqlalchemy as sa
from alembic import op

from shared.columns import Instant, JsonText

revision = "0001"
down_revision = None

OWN_STATES = ("profile", "keys", "availability", "status-list")


def upgrade() -> None:
    """Make the tables, and the rows of which each has one."""
    op.create_table(
        "identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=24), nullable=False),
        sa.Column("hub", sa.String(length=200), nullable=False),
        sa.Column("hub_root_thumbprint", sa.String(length=64), nullable=False),
        sa.Column("hub_key_set", sa.Text(), nullable=False),
        sa.Column("network", sa.String(length=80), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("invite_sha256", sa.String(length=64), nullable=False),
        sa.Column("application", sa.Text(), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("charter_version", sa.Integer(), nullable=False),
        sa.Column("applied_at", Instant(), nullable=True),
        sa.Column("joined_at", Instant(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("state_reason", sa.String(length=500), nullable=False),
        sa.Column("standing_epoch", sa.BigInteger(), nullable=False),
        sa.Column("standing_rev", sa.BigInteger(), nullable=False),
        sa.Column("issuer_limit_credits", sa.Integer(), nullable=False),
        sa.Column("pair_limit_credits", sa.Integer(), nullable=False),
        sa.Column("open_bookings_max", sa.Integer(), nullable=False),
        sa.Column("profile", JsonText(), nullable=False),
        sa.Column("keys_sha256", sa.String(length=64), nullable=False),
        sa.Column("skew_seconds", sa.Integer(), nullable=True),
        sa.Column("last_ok_at", Instant(), nullable=True),
        sa.Column("last_fault", sa.String(length=80), nullable=True),
        sa.Column("last_fault_at", Instant(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_identity_the_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
    )
    op.create_table(
        "key_list_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("wanted_seq", sa.BigInteger(), nullable=False),
        sa.Column("payload_sha256", sa.String(length=64), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("vouched_at", Instant(), nullable=True),
        sa.Column("asked_at", Instant(), nullable=True),
        sa.Column("fault", sa.String(length=80), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_key_list_copy_the_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_list_copy")),
    )
    op.create_table(
        "mirror_availability",
        sa.Column("host", sa.String(length=24), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("morning_free", sa.Integer(), nullable=False),
        sa.Column("afternoon_free", sa.Integer(), nullable=False),
        sa.Column("opens_at", Instant(), nullable=True),
        sa.Column("noon_at", Instant(), nullable=True),
        sa.Column("closes_at", Instant(), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("as_of", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("host", "on", name=op.f("pk_mirror_availability")),
    )
    op.create_table(
        "mirror_spaces",
        sa.Column("slug", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("as_of", Instant(), nullable=True),
        sa.Column("profile", JsonText(), nullable=True),
        sa.Column("profile_epoch", sa.BigInteger(), nullable=False),
        sa.Column("profile_rev", sa.BigInteger(), nullable=False),
        sa.Column("profile_as_of", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_mirror_spaces")),
    )
    op.create_table(
        "mirror_twinnings",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("partner", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("as_of", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sent_version", sa.Integer(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=True),
        sa.Column("proposer", sa.String(length=24), nullable=True),
        sa.Column("offered", JsonText(), nullable=True),
        sa.Column("active_version", sa.Integer(), nullable=True),
        sa.Column("active_proposal", sa.Text(), nullable=True),
        sa.Column("active_consent", sa.Text(), nullable=True),
        sa.Column("activated_at", Instant(), nullable=True),
        sa.Column("terms", JsonText(), nullable=True),
        sa.Column("fault", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mirror_twinnings")),
    )
    op.create_index(op.f("ix_mirror_twinnings_partner"), "mirror_twinnings", ["partner"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("content_type", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", Instant(), nullable=False),
        sa.Column("earliest_at", Instant(), nullable=False),
        sa.Column("lease", sa.String(length=40), nullable=True),
        sa.Column("leased_until", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("answer_status", sa.Integer(), nullable=True),
        sa.Column("answer_body", sa.Text(), nullable=True),
        sa.Column("problem_slug", sa.String(length=80), nullable=True),
        sa.Column("problem_detail", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'answered', 'parked', 'discarded')", name=op.f("ck_outbox_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_outbox_next_attempt_at"),
        "outbox",
        ["next_attempt_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        op.f("ix_outbox_subject"),
        "outbox",
        ["subject", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "own_revs",
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_own_revs")),
    )
    op.create_table(
        "parked_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_key", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("problem_slug", sa.String(length=80), nullable=False),
        sa.Column("problem_detail", sa.Text(), nullable=False),
        sa.Column("parked_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parked_items")),
        sa.UniqueConstraint("item_key", name=op.f("uq_parked_items_item_key")),
    )
    op.create_index(op.f("ix_parked_items_subject"), "parked_items", ["subject"], unique=False)
    op.create_table(
        "pinned_roots",
        sa.Column("space", sa.String(length=24), nullable=False),
        sa.Column("thumbprint", sa.String(length=64), nullable=False),
        sa.Column("pinned_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("space", name=op.f("pk_pinned_roots")),
    )
    op.create_table(
        "reader_state",
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("cursor", sa.String(length=200), nullable=False),
        sa.Column("item_key", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.String(length=16), nullable=False),
        sa.Column("last_read_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_reader_state")),
    )
    op.create_table(
        "reconciler_runs",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("last_run_at", Instant(), nullable=True),
        sa.Column("ok", sa.Boolean(), nullable=True),
        sa.Column("changed_count", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_reconciler_runs")),
    )
    op.create_table(
        "status_list_copies",
        sa.Column("space", sa.String(length=24), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("wanted_rev", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("vouched_at", Instant(), nullable=True),
        sa.Column("asked_at", Instant(), nullable=True),
        sa.Column("fault", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("space", name=op.f("pk_status_list_copies")),
    )

    own_revs = sa.table("own_revs", sa.column("name"), sa.column("rev"))
    op.bulk_insert(own_revs, [{"name": name, "rev": 0} for name in OWN_STATES])
    key_list = sa.table("key_list_copy", *(sa.column(name) for name in ("id", "seq", "epoch", "wanted_seq")))
    op.bulk_insert(key_list, [{"id": 1, "seq": 0, "epoch": 0, "wanted_seq": 0}])


def downgrade() -> None:
    """Drop them."""

    op.drop_table("status_list_copies")
    op.drop_table("reconciler_runs")
    op.drop_table("reader_state")
    op.drop_table("pinned_roots")
    op.drop_table("parked_items")
    op.drop_table("own_revs")
    op.drop_table("outbox")
    op.drop_table("mirror_twinnings")
    op.drop_table("mirror_spaces")
    op.drop_table("mirror_availability")
    op.drop_table("key_list_copy")
    op.drop_table("identity")
