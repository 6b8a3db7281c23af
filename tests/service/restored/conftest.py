"""A network in one process, on each engine: a hub, and nodes that join it over a wire that does what a test tells it."""

from tests.support.towns import (
    clock,
    guests,
    london,
    network,
    nyc,
    organisers,
    snapshots,
    sqlite_guests,
    sqlite_organisers,
)

__all__ = [
    "clock", "guests", "london", "network", "nyc", "organisers", "snapshots", "sqlite_guests", "sqlite_organisers",
]  # fmt: skip
