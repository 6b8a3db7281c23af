"""A form comes back with what was typed, and each fault stands at its field."""

import pytest
from werkzeug.datastructures import MultiDict

from shared.errors import Conflict, FieldFault, Invalid
from shared.ui import FormView

FAULTS = [
    FieldFault(pointer="/email", detail="This is not an e-mail address."),
    FieldFault(pointer="/desks/0/name", detail="Too long."),
]


def test_a_fault_belongs_to_the_field_that_its_pointer_names() -> None:
    form = FormView({"email": "ada@"}, FAULTS)
    assert form.error("email") == "This is not an e-mail address."
    assert form.error("desks-0-name") == "Too long."
    assert form.error("name") is None
    assert form.failed


def test_escaped_signs_of_a_pointer_are_read_back() -> None:
    assert FormView({}, [FieldFault(pointer="/a~1b~0c", detail="x")]).error("a/b~c") == "x"


def test_a_new_form_is_empty_and_has_not_failed() -> None:
    form = FormView()
    assert form.value("name") == ""
    assert form.value("name", "Ada") == "Ada"
    assert not form.failed


def test_what_was_typed_is_kept_even_when_it_is_zero() -> None:
    assert FormView({"desks": 0}).value("desks") == 0


@pytest.mark.parametrize(
    ("values", "chosen"),
    [
        (MultiDict([("skills", "law"), ("skills", "tax")]), True),
        (MultiDict([("skills", "print")]), False),
        ({"skills": ["law"]}, True),
        ({"skills": ("print",)}, False),
        ({"skills": "law"}, True),
        ({"skills": True}, True),
        ({"skills": False}, False),
        ({"skills": None}, False),
        ({}, False),
    ],
)
def test_choices_are_recognised_in_what_was_typed_and_in_what_is_stored(values, chosen) -> None:
    assert FormView(values).chosen("skills", "law") is chosen


def test_a_refusal_without_fields_speaks_above_the_form() -> None:
    form = FormView.refused(Conflict("Somebody was faster."), {"name": "Ada"})
    assert (form.message, form.faults, form.value("name")) == ("Somebody was faster.", [], "Ada")


def test_a_refusal_with_fields_speaks_at_its_fields() -> None:
    form = FormView.refused(Invalid(errors=FAULTS), {"email": "ada@"})
    assert form.message is None
    assert [name for name, _ in form.faults] == ["email", "desks-0-name"]
