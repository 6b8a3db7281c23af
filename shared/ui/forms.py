"""What a form template needs to know: what was typed, and what is wrong with it, field by field."""

from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from shared.errors import FieldFault, Refusal


class FormView:
    """The values and faults of one form. A field's name is the JSON pointer of its value with `-` for `/`.

    So `/desks/0/name` is the field `desks-0-name`; faults that point at no field are shown above the form.
    """

    def __init__(
        self, values: Mapping[str, Any] | None = None, errors: Iterable[FieldFault] = (), *, message: str | None = None
    ) -> None:
        """Take what was typed (or is stored) and the faults found in it; `message` speaks of the whole form."""
        self._values: Mapping[str, Any] = values or {}
        self.message = message
        self.faults = [(_name_of(fault["pointer"]), fault["detail"]) for fault in errors]

    @classmethod
    def refused(cls, refusal: Refusal, values: Mapping[str, Any], *, at: Mapping[str, str] | None = None) -> "FormView":
        """Show the form again after a refusal: its faults at their fields, or its sentence above the form.

        `at` gives the pointer of the form's own field for one that the form has under another name.
        """
        message, moved = None if refusal.errors else refusal.detail, at or {}
        errors = [FieldFault(pointer=moved.get(one["pointer"], one["pointer"]), detail=one["detail"]) for one in refusal.errors]
        return cls(values, errors, message=message)

    def value(self, name: str, default: Any = "") -> Any:
        """Give what stands in a field; a missing or empty one gives the default."""
        found = self._values.get(name)
        return default if found is None else found

    def chosen(self, name: str, value: Any) -> bool:
        """Say whether an option or a tick box is chosen; a plain box counts as ticked for any true value."""
        if isinstance(self._values, MultiDict):
            return str(value) in self._values.getlist(name)
        found = self._values.get(name)
        if isinstance(found, (list, tuple, set, frozenset)):
            return str(value) in {str(one) for one in found}
        if isinstance(found, bool):
            return found
        return found is not None and str(found) == str(value)

    def error(self, name: str) -> str | None:
        """Give what is wrong with a field, the first fault first."""
        return next((detail for field, detail in self.faults if field == name), None)

    @property
    def failed(self) -> bool:
        """Say whether the form came back with faults."""
        return bool(self.faults or self.message)


def _name_of(pointer: str) -> str:
    steps = pointer.strip("/").split("/")
    return "-".join(step.replace("~1", "/").replace("~0", "~") for step in steps)
