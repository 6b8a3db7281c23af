"""Forms of the manager's pages about members."""

from typing import Any

import marshmallow as ma
from marshmallow.fields import Field as AnyField

from shared.marking import N_
from shared.paging import SearchQuery, sorts
from shared.schemas import Choice, Day, Email, FormSchema, Text
from shared.sheets.dates import FIRST_YEAR, DateOrder
from space_node.members.rules.fields import Field
from space_node.members.rules.people import MemberState
from space_node.members.rules.presets import PRESETS

COLUMN = "column-"


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
        if data["starts_on"] and data["ends_on"] and data["ends_on"] < data["starts_on"]:
            raise ma.ValidationError({"ends_on": [N_("The end lies before the start.")]})


class UploadForm(FormSchema):
    """How a file is to be understood; the file itself comes beside the fields."""

    preset = Choice(PRESETS, load_default=None)


def mapping_form(columns_count: int) -> FormSchema:
    """The form of a preview: what each column is, the order of dates, and whether to look again or to import."""
    fields: dict[str, AnyField[object]] = {f"{COLUMN}{place}": Choice(Field, load_default=None) for place in range(columns_count)}
    fields |= {"dates": Choice(DateOrder, load_default=None), "step": Choice(("check", "import"), required=True)}
    form: type[FormSchema] = FormSchema.from_dict(fields, name="MappingForm")  # type: ignore[assignment]
    return form()
