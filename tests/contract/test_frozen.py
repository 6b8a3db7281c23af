"""What was ever said in version 1 of the wire stays readable: the examples of each release are kept here and never changed.

A message of `shared/protocol/examples` is copied into `v1` when it is released (see CONTRIBUTING). From then on, a field of
it may neither go nor change its meaning, and a new one needs a default.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.protocol.registry import BODIES, FEED_TYPES
from shared.protocol.version import MAJOR

FROZEN = {path.stem: path for path in sorted((Path(__file__).parent / f"v{MAJOR}").glob("*.json"))}
SCHEMAS = {**BODIES, **FEED_TYPES}


def lost(said: Any, kept: Any, at: str = "") -> list[str]:
    """Where something that was said is not kept; what came on top of it is no loss."""
    if isinstance(said, dict) and isinstance(kept, dict):
        return [fault for name, value in said.items() for fault in lost(value, kept.get(name, "nothing"), f"{at}/{name}")]
    if isinstance(said, list) and isinstance(kept, list) and len(said) == len(kept):
        return [fault for place, pair in enumerate(zip(said, kept, strict=True)) for fault in lost(*pair, f"{at}/{place}")]
    return [] if said == kept else [at]


def test_no_message_that_was_released_is_gone() -> None:
    assert FROZEN.keys() - SCHEMAS.keys() == set()
    assert len(FROZEN) >= 61


@pytest.mark.parametrize("name", FROZEN)
def test_a_released_message_is_read_as_it_was_meant(name: str) -> None:
    schema, said = SCHEMAS[name](), json.loads(FROZEN[name].read_text("utf-8"))
    kept = json.loads(json.dumps(schema.dump(schema.load(said))))
    assert lost(said, kept) == []


def test_a_loss_is_found_wherever_it_is() -> None:
    said = {"a": {"b": [1, {"c": 2}]}, "d": "x"}
    assert lost(said, {**said, "e": "new"}) == []
    assert lost(said, {"a": {"b": [1, {"c": 3}]}}) == ["/a/b/1/c", "/d"]
    assert lost(said, {"a": {"b": [1]}, "d": "x"}) == ["/a/b"]
