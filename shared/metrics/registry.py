"""What prometheus_client does for us: it counts requests, over processes too, and writes the page that Prometheus reads."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Histogram, values
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from shared.config import hand_over
from shared.metrics import Gauge

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_LABELS = ("method", "route", "status")


class Registry:
    """The requests of one process, or with a folder those of all processes that share it."""

    def __init__(self, folder: str | None = None) -> None:
        self._folder = folder
        self._requests = Histogram(
            "twindesk_request_seconds",
            "How long requests took, by route and kind of answer.",
            _LABELS,
            registry=None,
            buckets=_SECONDS,
        )

    def shared(self) -> "Registry":
        """A registry for the processes that this one is about to fork; its folder ends with this process."""
        folder = tempfile.mkdtemp(prefix="twindesk-metrics-")
        hand_over(SHARED_FOLDER, folder)
        # The library decides this when it is loaded, which is before anybody knows how many processes there will be.
        values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
        atexit.register(_remove, folder, os.getpid())
        return Registry(folder)

    def observe(self, method: str, route: str, status: str, seconds: float) -> None:
        """Count one answer."""
        self._requests.labels(method, route, status).observe(seconds)

    def text(self, gauges: Iterable[Gauge], accept: str) -> tuple[bytes, str]:
        """The page with its content type, in a form that the scraper takes."""
        page = CollectorRegistry()
        if self._folder is None:
            page.register(self._requests)
        else:
            MultiProcessCollector(page, self._folder)  # type: ignore[no-untyped-call]
        page.register(_Now([_family(gauge) for gauge in gauges]))
        encode, content_type = choose_encoder(accept)
        return encode(page), content_type


class _Now(Collector):
    """Numbers that were just read, as a registry wants to have them."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def _family(gauge: Gauge) -> Metric:
    family = GaugeMetricFamily(gauge.name, gauge.about, labels=[gauge.label] if gauge.label else None)
    for value, number in gauge.values.items():
        family.add_metric([value] if gauge.label else [], number)
    return family


def _remove(folder: str, owner: int) -> None:
    # The forked processes run what is registered here as well.
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
