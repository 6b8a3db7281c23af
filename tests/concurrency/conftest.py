"""A founded town, for whatever happens at its nodes at once."""

from tests.support.towns import guests, organisers, snapshots

__all__ = ["guests", "organisers", "snapshots"]
