"""Quarters of a year, by which reports are made: they never overlap, so no two reports can be set off against each other."""

import datetime as dt
import re
from typing import NamedTuple

from shared.errors import Invalid
from shared.marking import N_

# A visit is reported up to 31 days late (DESIGN §8); a report made before that would change, and the change would tell.
COUNTED_AFTER = dt.timedelta(days=31)
_WRITTEN = re.compile(r"(20[0-9]{2})-Q([1-4])")


class QuarterUnusable(Invalid):
    """No quarter, or one that is not counted yet."""

    slug = "quarter-unusable"
    title = N_("There is no report of this quarter")
    sentence = N_("Name a quarter as 2026-Q3, one that ended at least 31 days ago: until then, numbers still change.")


class Quarter(NamedTuple):
    """Three months of a year."""

    year: int
    number: int

    @classmethod
    def last_counted(cls, today: dt.date) -> "Quarter":
        """The latest of which a report can be made."""
        over = today - COUNTED_AFTER
        return cls(over.year, (over.month + 2) // 3).before()

    @classmethod
    def read(cls, text: str, today: dt.date) -> "Quarter":
        """A quarter as people write it. Raises QuarterUnusable."""
        found = _WRITTEN.fullmatch(text)
        if found is None or (quarter := cls(int(found[1]), int(found[2]))) > cls.last_counted(today):
            raise QuarterUnusable
        return quarter

    def before(self) -> "Quarter":
        """The one before."""
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    def lately(self, count: int) -> list["Quarter"]:
        """This one and those before, as many as asked for, the latest first."""
        found = [self]
        while len(found) < count:
            found.append(found[-1].before())
        return found

    @property
    def first_on(self) -> dt.date:
        """Its first day."""
        return dt.date(self.year, 3 * self.number - 2, 1)

    @property
    def last_on(self) -> dt.date:
        """Its last day."""
        following = dt.date(self.year + self.number // 4, 3 * self.number % 12 + 1, 1)
        return following - dt.timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"
