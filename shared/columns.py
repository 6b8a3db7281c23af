"""Column types that behave alike on SQLite and PostgreSQL."""

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


class Instant(sa.TypeDecorator[datetime]):
    """An aware instant, kept and given back in UTC. SQLite knows no zones, and would give back naive times."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: sa.Dialect) -> datetime | None:
        """Raises ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs its zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _: sa.Dialect) -> datetime | None:
        """The same instant, aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JsonText(sa.TypeDecorator[Any]):
    """A JSON value as text, always written the same way. To change what is kept, assign a new value: changes inside go unseen."""

    impl = sa.Text()
    cache_ok = True

    def process_bind_param(self, value: Any, _: sa.Dialect) -> str | None:
        """Raises TypeError or ValueError for what JSON cannot say, NaN too."""
        if value is None:
            return None
        return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))

    def process_result_value(self, value: str | None, _: sa.Dialect) -> Any:
        """What was written."""
        return None if value is None else json.loads(value)
