"""A town for each test about guests."""

from tests.support.towns import guests, sqlite_guests, towns

__all__ = ["guests", "sqlite_guests", "towns"]
