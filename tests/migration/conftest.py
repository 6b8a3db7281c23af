"""A founded town, whose nodes have lived a day."""

from tests.support.towns import guests, snapshots

__all__ = ["guests", "snapshots"]
