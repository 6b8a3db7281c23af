from typing import Any

import marshmallow as ma
import pytest
from werkzeug.datastructures import ImmutableMultiDict

from shared.errors import FieldFault, Invalid
from shared.schemas import (
    CSRF_FIELD,
    MAX_FAULTS,
    CreditsField,
    Day,
    Flag,
    FormSchema,
    Text,
    Whole,
    WireSchema,
    load,
    pointers,
    privacy_of,
)


class Part(WireSchema):
    seats = Whole(1, 9, required=True)


class Wire(WireSchema):
    name = Text(20, required=True, privacy="personal", data_key="full_name")
    parts = ma.fields.List(ma.fields.Nested(Part))
    extra = ma.fields.Dict(ma.fields.String(), ma.fields.Raw(), metadata={"privacy": "sealed"})


class Form(FormSchema):
    name = Text(20, required=True)
    note = Text(20, min=0, load_default="none")
    on = Day(load_default=None)
    price = CreditsField(written=True, required=True)
    days = ma.fields.List(Whole(1, 7, written=True))
    open = Flag(written=True, load_default=False)


def faults(schema: Any, data: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        load(schema, data)
    return {fault["pointer"]: fault["detail"] for fault in refused.value.errors}


def form(*pairs: tuple[str, str]) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict([("name", "Anna"), ("price", "1,5"), *pairs])


def test_the_wire_ignores_what_it_does_not_know_at_every_depth() -> None:
    assert load(Wire, {"full_name": "A", "x": 1, "parts": [{"seats": 2, "y": 3}]}) == {"name": "A", "parts": [{"seats": 2}]}


def test_a_form_refuses_what_it_does_not_show() -> None:
    assert faults(Form, {"name": "A", "price": "1", "role": "manager"}) == {"/role": "This field is not known here."}
    assert faults(Form, form(("role", "manager"))) == {"/role": "This field is not known here."}


def test_faults_point_into_the_body() -> None:
    assert faults(Wire(), {"parts": [{"seats": 1}, {"seats": 0}, 7]}) == {
        "/full_name": "This is needed.",
        "/parts/1/seats": "A number from 1 to 9 is expected here.",
        "/parts/2": "An object is expected here.",
    }
    assert faults(Wire, []) == {"": "An object is expected here."}


def test_a_pointer_escapes_what_it_uses_itself() -> None:
    assert pointers({"a/b": {"c~d": ["x"]}}) == [FieldFault(pointer="/a~1b/c~0d", detail="x")]


def test_no_more_than_a_hundred_faults_are_told() -> None:
    assert len(pointers({f"field{number}": ["x"] for number in range(500)})) == MAX_FAULTS


def test_a_posted_form_is_read_as_people_fill_it_in() -> None:
    posted = form((CSRF_FIELD, "token"), ("on", ""), ("note", ""), ("days", "1"), ("days", "3"), ("open", "on"))
    assert load(Form, posted) == {"name": "Anna", "price": 150, "on": None, "note": "", "days": [1, 3], "open": True}
    assert load(Form, form()) == {"name": "Anna", "price": 150, "on": None, "note": "none", "open": False}


def test_a_needed_field_left_blank_is_needed() -> None:
    posted = ImmutableMultiDict([("name", " "), ("price", " ")])
    assert faults(Form, posted) == {"/name": "This is needed.", "/price": "This is needed."}


def test_a_single_field_sent_twice_is_refused() -> None:
    assert faults(Form, form(("price", "2"))) == {"/price": "This was sent more than once."}


def test_each_field_has_a_privacy_class() -> None:
    assert privacy_of(Wire) == privacy_of(Wire()) == {"full_name": "personal", "parts": "none", "extra": "sealed"}


def test_a_privacy_class_that_does_not_exist_is_refused() -> None:
    class Odd(WireSchema):
        name = Text(20, privacy="secret")

    with pytest.raises(ValueError, match=r"Odd\.name: 'secret' is no privacy class"):
        Odd()
