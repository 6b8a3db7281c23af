"""A founded town, to be copied."""

from tests.support.towns import snapshots

__all__ = ["snapshots"]
