"""A founded town, to be copied."""

from tests.support.towns import towns

__all__ = ["towns"]
