"""Every body and feed type has one example, and the example means the same after a round trip through its schema."""

import json
from importlib import resources

import pytest

from shared.protocol.registry import BODIES, FEED_TYPES, example

SCHEMAS = {**BODIES, **FEED_TYPES}


def test_every_example_file_belongs_to_a_schema():
    files = {entry.name for entry in resources.files("shared.protocol").joinpath("examples").iterdir()}
    assert files == {f"{name}.json" for name in SCHEMAS}


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_example_survives_a_round_trip(name):
    schema = SCHEMAS[name]()
    wire = example(name)
    again = json.loads(json.dumps(schema.dump(schema.load(wire))))
    assert again == wire


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_an_unknown_field_of_a_later_version_is_ignored(name):
    schema = SCHEMAS[name]()
    wire = example(name)
    assert schema.load({**wire, "x_later": {"nested": True}}) == schema.load(wire)
