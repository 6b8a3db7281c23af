"""Forms of the manager's pages about members."""

from marshmallow.fields import Field as AnyField

from shared.paging import SearchQuery, sorts
from shared.schemas import Choice, Day, Email, FormSchema, Text
from shared.sheets.dates import DateOrder
from space_node.members.rules.fields import Field
from space_node.members.rules.people import MemberState
from space_node.members.rules.presets import PRESETS

COLUMN = "column-"


class MembersQuery(SearchQuery):
    """Which members to list."""

    state = Choice(MemberState, load_default=None)
    sort = sorts("name", "newest", "plan", "ends")


class MemberForm(FormSchema):
    """A member added by hand."""

    name = Text(max=120, required=True, privacy="personal")
    email = Email(required=True, privacy="personal")
    plan = Text(max=80, min=0, load_default="", privacy="personal")
    company = Text(max=120, min=0, load_default="", privacy="personal")
    starts_on = Day(load_default=None, privacy="personal")
    ends_on = Day(load_default=None, privacy="personal")


class UploadForm(FormSchema):
    """How a file is to be understood; the file itself comes beside the fields."""

    preset = Choice(PRESETS, load_default=None)


def mapping_form(columns_count: int) -> FormSchema:
    """The form of a preview: what each column is, the order of dates, and whether to look again or to import."""
    fields: dict[str, AnyField[object]] = {f"{COLUMN}{place}": Choice(Field, load_default=None) for place in range(columns_count)}
    fields |= {"dates": Choice(DateOrder, load_default=None), "step": Choice(("check", "import"), required=True)}
    form: type[FormSchema] = FormSchema.from_dict(fields, name="MappingForm")  # type: ignore[assignment]
    return form()
