"""Forms of the manager's pages about members."""

from typing import Any

import marshmallow as ma

from shared import meanwhile
from shared.paging import SearchQuery, sorts
from shared.schemas import Choice, Day, Email, FormSchema, Text
from shared.sheets.dates import FIRST_YEAR
from space_node.members.rules.people import ENDS_BEFORE_START, MemberState, ends_before_start


class MembersQuery(SearchQuery):
    """Which members to list."""

    state = Choice(MemberState, load_default=None)
    sort = sorts("name", "newest", "plan", "ends")


class MemberForm(FormSchema):
    """A member who is added or changed by hand."""

    name = Text(max=120, required=True, privacy="personal")
    email = Email(required=True, privacy="personal")
    plan = Text(max=80, min=0, load_default="", privacy="personal")
    company = Text(max=120, min=0, load_default="", privacy="personal")
    starts_on = Day(first_year=FIRST_YEAR, load_default=None, privacy="personal")
    ends_on = Day(first_year=FIRST_YEAR, load_default=None, privacy="personal")

    @ma.validates_schema
    def _ends_after_its_start(self, data: dict[str, Any], **_: Any) -> None:
        if ends_before_start(data["starts_on"], data["ends_on"]):
            raise ma.ValidationError({"ends_on": [ENDS_BEFORE_START]})


class ChangeForm(MemberForm):
    """The same with how each value stood when the form was filled."""

    shown = meanwhile.shown()
