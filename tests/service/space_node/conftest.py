"""A network in one process, on each engine: a hub, and nodes that join it over a wire that does what a test tells it."""

from tests.support.towns import clock, guests, london, network, nyc, snapshots, sqlite_guests

__all__ = ["clock", "guests", "london", "network", "nyc", "snapshots", "sqlite_guests"]
