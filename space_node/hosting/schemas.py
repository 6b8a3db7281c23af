"""Forms of who organises a session, about those who come."""

from shared import meanwhile
from shared.paging import SearchQuery, number, sorts
from shared.protocol.boxes import NOTICE_MAX, RECAP_MAX
from shared.schemas import Choice, FormSchema, Id, Text


class RequestsQuery(SearchQuery):
    """Whom to look for, which page of the list, and which of those who ask."""

    sort = sorts("queue", "name", "home")
    asking = number()


class DecisionForm(FormSchema):
    """What the host decides about a request."""

    rsvp_id = Id(required=True)
    decision = Choice(["approve", "reject"], required=True)


class NoticeForm(FormSchema):
    """A message to those who come; the form has its id, so that sent twice it is one message."""

    notice_id = Id(load_default=None)
    text = Text(max=NOTICE_MAX, multiline=True, required=True)


class RecapForm(FormSchema):
    """What it was like, and what the form was filled with."""

    shown = meanwhile.shown()
    recap = Text(max=RECAP_MAX, multiline=True, required=True)


class OffForm(FormSchema):
    """Somebody to take off the list."""

    rsvp_id = Id(required=True)
