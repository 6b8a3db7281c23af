"""A founded town, whose hub or nodes come back from a backup."""

from tests.support.towns import guests, snapshots, sqlite_guests

__all__ = ["guests", "snapshots", "sqlite_guests"]
