"""Forms of a replay."""

import marshmallow as ma

from shared.protocol.values import CLOCK_TIME
from shared.schemas import Day, Flag, FormSchema, Id, Whole


class ReplayForm(FormSchema):
    """The day and the time of a replay here; `fold` where it comes twice, `again` where one was made lately."""

    event_id = Id(required=True)
    on = Day(required=True)
    at = ma.fields.String(required=True, validate=CLOCK_TIME)
    fold = Whole(max=1, written=True, load_default=None, allow_none=True)
    again = Flag(written=True, load_default=False)


class TaskForm(FormSchema):
    """One task, done or not."""

    place = Whole(max=100, written=True, required=True)
    done = Flag(written=True, load_default=False)
