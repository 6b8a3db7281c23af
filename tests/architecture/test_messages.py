"""The wire has two ends: whatever is in its tables is spoken and understood in both services."""

import re
from collections.abc import Iterator
from importlib import resources

import marshmallow as ma
import pytest

from shared.protocol.registry import BODIES, FEED_TYPES
from shared.schemas import PRIVACY_CLASSES, WireSchema
from tests.support.sources import SERVICES, modules, text
from tools.docs.messages import rows


def says(service: str, word: str) -> bool:
    """Whether the code of a service, or the plumbing that both share, uses the word."""
    expression = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
    plumbing = [path for path in modules("shared") if path.parts[1] != "protocol"]
    return any(expression.search(text(path)) for path in (*modules(service), *plumbing))


def all_schemas() -> Iterator[tuple[str, type[ma.Schema]]]:
    yield from {**FEED_TYPES, **BODIES}.items()


@pytest.mark.parametrize("service", SERVICES)
def test_a_feed_type_is_written_by_the_hub_and_handled_by_a_node(service) -> None:
    assert [name for name in FEED_TYPES if not says(service, name)] == []


# The hub answers this question already; a node asks it once doors can choose to (docs/explanation/limits.md).
NOT_YET_ASKED = {("space_node", "PassportQuestion"), ("space_node", "PassportVerdict")}


@pytest.mark.parametrize("service", SERVICES)
def test_a_body_goes_through_its_schema_where_it_is_made_and_where_it_is_read(service) -> None:
    unsaid = {(service, schema.__name__) for schema in BODIES.values() if not says(service, schema.__name__)}
    assert unsaid == {pair for pair in NOT_YET_ASKED if pair[0] == service}


def test_every_message_has_one_example() -> None:
    folder = resources.files("shared.protocol").joinpath("examples")
    assert {entry.name for entry in folder.iterdir()} == {f"{name}.json" for name, _ in all_schemas()}


def test_the_wire_ignores_what_it_does_not_know_down_to_the_last_nested_object() -> None:
    def nested(field: ma.fields.Field) -> Iterator[type[ma.Schema]]:
        if isinstance(field, ma.fields.List):
            yield from nested(field.inner)
        elif isinstance(field, ma.fields.Nested):
            yield type(field.schema)

    strict = {
        inner.__name__
        for _, schema in all_schemas()
        for _, field, _ in rows(schema)
        for inner in (schema, *nested(field))
        if not issubclass(inner, WireSchema)
    }
    assert strict == set()


def test_every_field_of_the_wire_is_of_a_known_privacy_class() -> None:
    classes = {f"{name}.{path}": kind for name, schema in all_schemas() for path, _, kind in rows(schema)}
    assert {where: kind for where, kind in classes.items() if kind not in PRIVACY_CLASSES} == {}
