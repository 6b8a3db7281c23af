"""What the hub says of itself to Prometheus, read from the database when it asks: so each of its processes says the same."""

from collections.abc import Iterable, Mapping
from typing import Any

from federation.bookings import queries as bookings
from federation.credits import queries as credits_
from federation.db import FeedCounter, ReconcilerRun, db, read_only
from federation.spaces import queries as spaces
from shared.clock import current_clock
from shared.messaging.numbering import bounds
from shared.messaging.reconcile import last_runs
from shared.metrics import Gauge, one
from shared.metrics.runs import run_gauges


@read_only
def gauges() -> Iterable[Gauge]:
    """Spaces, their distance to the feed, stays, the ledger's sum and the repairs. Slugs are the only names in it."""
    session, now = db.session(), current_clock().now()
    known, head = spaces.directory(session), bounds(session, FeedCounter).head
    seen = {space.slug: space.last_seen_at.timestamp() for space in known if space.last_seen_at}
    lag = {space.slug: float(max(0, head - space.cursor_seq)) for space in known}
    waiting = {space.slug: (now - space.outbox_oldest_at).total_seconds() for space in known if space.outbox_oldest_at}
    return [
        Gauge("twindesk_spaces", "Spaces by standing.", _floats(spaces.count_by_state(session)), "state"),
        Gauge("twindesk_space_seen_timestamp_seconds", "When a space's node last reported.", seen, "space"),
        Gauge("twindesk_feed_lag_rows", "Rows of the feed that a space has not reported as read.", lag, "space"),
        Gauge("twindesk_space_outbox_oldest_seconds", "How long a space's oldest command has waited.", waiting, "space"),
        Gauge("twindesk_bookings", "Guest stays by state.", _floats(bookings.count_by_state(session)), "state"),
        one("twindesk_ledger_sum_credits", "All accounts added up; anything but zero is a fault.", credits_.ledger_sum(session)),
        *run_gauges(last_runs(session, ReconcilerRun)),
    ]


def _floats(counts: Mapping[Any, int]) -> dict[str, float]:
    return {str(name): float(count) for name, count in counts.items()}
