"""What a reader of the ledger may ask for."""

from shared.schemas import Whole, WireSchema


class StatementQuery(WireSchema):
    """Up to which posting; both sides cut at the same one to compare."""

    as_of_seq = Whole(written=True, load_default=None)
