"""A founded town, whose nodes have lived a day."""

from tests.support.towns import guests, towns

__all__ = ["guests", "towns"]
