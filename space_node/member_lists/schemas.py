"""What the forms of an import may say."""

from typing import Any

from marshmallow.fields import Field as AnyField

from shared.schemas import Choice, FormSchema, Text
from shared.sheets.dates import DateOrder
from space_node.member_lists.rules.fields import Field
from space_node.member_lists.rules.presets import PRESETS

COLUMN = "column-"


class UploadForm(FormSchema):
    """How a file is to be understood; the file itself comes beside the fields."""

    preset = Choice(PRESETS, load_default=None)


def mapping_form(columns_count: int) -> FormSchema:
    """The form of a preview: what each column is, the order of dates, what was looked at, and whether to import it."""
    fields: dict[str, AnyField[Any]] = {f"{COLUMN}{place}": Choice(Field, load_default=None) for place in range(columns_count)}
    fields["checked"] = Text(max=64, min=0, load_default="")
    fields |= {"dates": Choice(DateOrder, load_default=None), "step": Choice(("check", "import"), required=True)}
    form: type[FormSchema] = FormSchema.from_dict(fields, name="MappingForm")  # type: ignore[assignment]
    return form()
