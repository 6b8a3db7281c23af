"""Asks and letters as spaces say them to a hub, over the wire."""

import datetime as dt
from typing import Any

from werkzeug.test import TestResponse

from shared.ids import new_id
from tests.support.wire_space import WireSpace, example, good


def say(space: WireSpace, ask_id: str, **changed: Any) -> TestResponse:
    """Say an ask, for the whole network unless told otherwise."""
    closes_at = (space.now + dt.timedelta(days=14)).isoformat()
    return space.call("PUT", f"/asks/{ask_id}", {**example("ask-update"), "reach": "network", "closes_at": closes_at, **changed})


def asked(space: WireSpace, **changed: Any) -> str:
    """The id of an ask that was taken."""
    ask_id = new_id()
    good(say(space, ask_id, **changed))
    return ask_id


def write(space: WireSpace, ask_id: str, introduction_id: str, writer: str = "helper", **changed: Any) -> TestResponse:
    """Write a letter."""
    return space.call("PUT", f"/asks/{ask_id}/introductions/{introduction_id}/{writer}", {**example("letter-update"), **changed})
