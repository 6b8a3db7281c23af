"""What somebody looks for in the calendar, as it stands in a page's address."""

from shared.paging import SearchQuery
from shared.protocol.states import SessionMode
from shared.schemas import Choice, Day, Flag, Slug, Text

VIEWS = ("list", "month")


class EventsQuery(SearchQuery):
    """Filters of the calendar, how it is shown, and which page or month of it."""

    view = Choice(VIEWS, load_default="list")
    city = Text(max=80, min=0, load_default="")
    language = Text(max=2, min=0, load_default="")
    topic = Text(max=40, min=0, load_default="")
    mode = Choice(SessionMode, load_default=None, allow_none=True)
    host = Slug(load_default=None, allow_none=True)
    open = Flag(written=True, load_default=False)
    since = Day(load_default=None, allow_none=True)
    until = Day(load_default=None, allow_none=True)
    month = Day(load_default=None, allow_none=True)
