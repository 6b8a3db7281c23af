"""The last run of each reconciler as numbers."""

from collections.abc import Iterable

from shared.messaging.reconcile import ReconcilerRunMixin
from shared.metrics import Gauge


def run_gauges(runs: Iterable[ReconcilerRunMixin]) -> list[Gauge]:
    """When each ran last, and whether that went well; one whose first run has not ended counts as well."""
    held = list(runs)
    at = {run.name: run.last_run_at.timestamp() for run in held if run.last_run_at}
    ok = {run.name: float(run.ok is not False) for run in held}
    return [
        Gauge("twindesk_reconciler_run_timestamp_seconds", "When a repair last ran.", at, "reconciler"),
        Gauge("twindesk_reconciler_ok", "Whether that run went well.", ok, "reconciler"),
    ]
