"""Forms about what guests may have."""

from shared import meanwhile
from shared.schemas import Day, Flag, FormSchema, Text, Whole

SEATS_MAX = 500


class DayForm(FormSchema):
    """One day that differs from its weekday."""

    on = Day(required=True)
    open = Flag(written=True, load_default=False)
    morning = Whole(max=SEATS_MAX, written=True, load_default=0)
    afternoon = Whole(max=SEATS_MAX, written=True, load_default=0)
    reason = Text(max=200, min=0, load_default="")


def _seats() -> Whole:
    return Whole(max=SEATS_MAX, written=True, load_default=0)


class WeekForm(FormSchema):
    """Seats by weekday and half, and those that the form was filled with."""

    shown = meanwhile.shown()
    morning_0, afternoon_0 = _seats(), _seats()
    morning_1, afternoon_1 = _seats(), _seats()
    morning_2, afternoon_2 = _seats(), _seats()
    morning_3, afternoon_3 = _seats(), _seats()
    morning_4, afternoon_4 = _seats(), _seats()
    morning_5, afternoon_5 = _seats(), _seats()
    morning_6, afternoon_6 = _seats(), _seats()
