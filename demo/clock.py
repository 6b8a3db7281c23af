"""The demo's clock: whatever day it is, the services believe that it is a Thursday, 09:30 in London."""

import os
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
NEW_YORK = ZoneInfo("America/New_York")
THURSDAY = 3
OPENING = time(9, 30)


def thursday_morning(now: datetime) -> datetime:
    """The Thursday, 09:30 in London, that is nearest to this instant: never more than half a week away."""
    today = now.astimezone(LONDON).date()
    days = (today + timedelta(days=n) for n in range(-4, 5))
    mornings = [datetime.combine(day, OPENING, LONDON).astimezone(UTC) for day in days if day.weekday() == THURSDAY]
    return min(mornings, key=lambda morning: abs(morning - now))


def write_offset(path: Path, seconds: float) -> None:
    """Let all services that follow the file be off by this much; nobody ever reads half of it."""
    draft = path.with_suffix(".part")
    draft.write_text(f"{seconds:.3f}\n", "ascii")
    os.replace(draft, path)


class DemoClock:
    """What the services take for the time."""

    def __init__(self, path: Path) -> None:
        """Set the clock: from here on it goes as every clock goes."""
        now = datetime.now(UTC)
        self.path = path
        self._offset = thursday_morning(now) - now
        write_offset(path, self._offset.total_seconds())

    def now(self) -> datetime:
        """The instant that the services see."""
        return datetime.now(UTC) + self._offset

    def london_day(self, days: int = 0) -> date:
        """The date in London, so many days from now."""
        return self.now().astimezone(LONDON).date() + timedelta(days=days)
