"""Credits."""

import sqlalchemy as sa
from alembic import op

from shared.append_only import protect
from shared.columns import Instant

revision = "0005"
down_revision = "0004"

FOR_EVER = ("id", "booking_id", "reverses_id", "kind", "home", "guest", "host", "on", "part", "credits", "created_at")
UNTIL_RESOLVED = ("state", "posted_credits", "resolved_at")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "wallets",
        sa.Column("home", sa.String(length=24), nullable=False),
        sa.Column("guest", sa.String(length=36), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("home", "guest", name=op.f("pk_wallets")),
    )
    op.create_table(
        "lots",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("issuer", sa.String(length=24), nullable=False),
        sa.Column("home", sa.String(length=24), nullable=False),
        sa.Column("guest", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.Column("lapsed", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("parent_id", sa.String(length=36), nullable=True),
        sa.CheckConstraint("credits > 0 AND held + spent + lapsed <= credits", name=op.f("ck_lots_left")),
        sa.CheckConstraint("held >= 0 AND spent >= 0 AND lapsed >= 0", name=op.f("ck_lots_parts")),
        sa.CheckConstraint("valid_from <= expires_on", name=op.f("ck_lots_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lots")),
    )
    op.create_index(op.f("ix_lots_expires_on"), "lots", ["expires_on"], unique=False)
    op.create_index(op.f("ix_lots_home"), "lots", ["home", "guest", "expires_on"], unique=False)
    op.create_table(
        "transfers",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("booking_id", sa.String(length=36), nullable=True),
        sa.Column("reverses_id", sa.String(length=36), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("home", sa.String(length=24), nullable=False),
        sa.Column("guest", sa.String(length=36), nullable=False),
        sa.Column("host", sa.String(length=24), nullable=True),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("part", sa.String(length=16), nullable=True),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.Column("posted_credits", sa.Integer(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("resolved_at", Instant(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(state = 'posted') = (posted_credits IS NOT NULL)", name=op.f("ck_transfers_resolved")),
        sa.CheckConstraint("credits >= 0 AND posted_credits BETWEEN 0 AND credits", name=op.f("ck_transfers_posted")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_transfers_booking_id")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_transfers_reverses_id")),
        sa.UniqueConstraint("seq", name=op.f("uq_transfers_seq")),
    )
    op.create_index(
        "ix_transfers_unnumbered",
        "transfers",
        ["resolved_at"],
        unique=False,
        sqlite_where=sa.text("state = 'posted' AND seq IS NULL"),
        postgresql_where=sa.text("state = 'posted' AND seq IS NULL"),
    )
    op.create_index(op.f("ix_transfers_guest"), "transfers", ["guest", "on"], unique=False)
    op.create_table(
        "transfer_pieces",
        sa.Column("transfer_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lot_id", sa.String(length=36), nullable=True),
        sa.Column("issuer", sa.String(length=24), nullable=False),
        sa.Column("host", sa.String(length=24), nullable=False),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.CheckConstraint("credits > 0", name=op.f("ck_transfer_pieces_credits")),
        sa.PrimaryKeyConstraint("transfer_id", "place", name=op.f("pk_transfer_pieces")),
    )
    op.create_index(op.f("ix_transfer_pieces_lot_id"), "transfer_pieces", ["lot_id"], unique=False)
    op.create_table(
        "journal_entries",
        sa.Column("transfer_id", sa.String(length=36), nullable=False),
        sa.Column("leg", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("owner", sa.String(length=36), nullable=False),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.CheckConstraint("credits <> 0", name=op.f("ck_journal_entries_credits")),
        sa.PrimaryKeyConstraint("transfer_id", "leg", name=op.f("pk_journal_entries")),
    )
    op.create_index(op.f("ix_journal_entries_kind"), "journal_entries", ["kind", "owner"], unique=False)
    op.create_table(
        "credit_limits",
        sa.Column("issuer", sa.String(length=24), nullable=False),
        sa.Column("host", sa.String(length=24), nullable=False),
        sa.Column("exposure_credits", sa.BigInteger(), nullable=False),
        sa.Column("most_credits", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "host", name=op.f("pk_credit_limits")),
    )
    op.create_table(
        "ledger_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("next_seq", sa.BigInteger(), nullable=False),
        sa.Column("rolled_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_head")),
    )
    op.execute("INSERT INTO ledger_head (id, next_seq, rolled_seq) VALUES (1, 1, 0)")
    protect(op, "transfer_pieces")
    protect(op, "journal_entries")
    _protect_transfers()


def _protect_transfers() -> None:
    """A transfer is resolved once and numbered once; nothing else of it ever changes."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    differs = "IS NOT" if sqlite else "IS DISTINCT FROM"

    def changed(columns: tuple[str, ...]) -> str:
        return " OR ".join(f'NEW."{column}" {differs} OLD."{column}"' for column in columns)

    wrong = (
        f"{changed(FOR_EVER)} OR (OLD.state <> 'pending' AND ({changed(UNTIL_RESOLVED)}))"
        f" OR (OLD.seq IS NOT NULL AND {changed(('seq',))})"
    )
    refuse = "BEGIN SELECT RAISE(ABORT, 'transfers is append-only'); END" if sqlite else "EXECUTE FUNCTION refuse_change()"
    op.execute(f"CREATE TRIGGER transfers_no_update BEFORE UPDATE ON transfers FOR EACH ROW WHEN ({wrong}) {refuse}")
    op.execute(f"CREATE TRIGGER transfers_no_delete BEFORE DELETE ON transfers FOR EACH ROW {refuse}")
    if not sqlite:
        op.execute("CREATE TRIGGER transfers_no_truncate BEFORE TRUNCATE ON transfers EXECUTE FUNCTION refuse_change()")


def downgrade() -> None:
    """Drop them."""
    op.drop_table("ledger_head")
    op.drop_table("credit_limits")
    op.drop_table("journal_entries")
    op.drop_table("transfer_pieces")
    op.drop_table("transfers")
    op.drop_table("lots")
    op.drop_table("wallets")
