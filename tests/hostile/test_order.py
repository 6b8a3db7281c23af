"""Steps of the wire out of their order: twice, by the other side, by somebody else, after their end; by lot, for every call there is."""

import datetime as dt
import os
import random
from collections.abc import Iterator

import pytest

from shared.errors import Refusal
from shared.problems import PROBLEM_BASE
from tests.support.databases import dispose_engines, fresh_database
from tests.support.out_of_order import Step, Town
from tests.support.wire_space import WireHub, WireSpace, body, good

# How often each call is made; more often: `make hostile`.
EACH = int(os.environ.get("TWINDESK_HOSTILE", "1"))
ROUNDS = min(EACH * 3, 150)
SEED = 8
# What somebody who has no part in them may not touch, whatever state they are in.
NOT_FOR_OTHERS = {"booking_id", "visit_id", "rsvp_id", "twinning_id"}
FRAMEWORKS = {"method-not-allowed", "content-too-large", "unsupported-media-type", "http-error"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A hub of its own, where much has happened."""
    folder = tmp_path_factory.mktemp("hub")
    hub = WireHub(fresh_database("federation", "sqlite", folder, keep=True), folder)
    yield Town(hub, SEED)
    hub.close()
    dispose_engines()


def fault_of(town: Town, step: Step, other: WireSpace) -> str | None:
    """What is wrong with the answer to a step, to the same again, and to the same from somebody else."""
    told = town.told()
    answer, again = step.take(), None
    refused = answer.status_code >= 400
    if refused and town.told() != told:
        return f"refused, and yet something is told: {answer.text}"
    again = step.take()
    theirs = step.take(other)
    for one in (answer, again, theirs):
        if one.status_code >= 500:
            return f"a fault of ours: {one.text}"
        if one.status_code >= 400 and not is_known(str(body(one)["type"])):
            return f"refused without a word of its own: {one.text}"
    if again.status_code != answer.status_code or (step.method == "POST" and not refused and again.text != answer.text):
        return f"another answer to the same: {answer.text} and {again.text}"
    mine = answer if step.caller is town.outsider else theirs if other is town.outsider else None
    if mine is not None and mine.status_code < 400 and NOT_FOR_OTHERS & set(step.named):
        return f"somebody else's: {mine.text}"
    return None


def is_known(kind: str) -> bool:
    slug = kind.removeprefix(PROBLEM_BASE)
    return slug in Refusal.registry or slug in FRAMEWORKS


def test_no_call_out_of_its_order_breaks_or_opens_anything(town: Town) -> None:
    wrong, lot = [], random.Random(SEED)
    outcomes: dict[str, set[bool]] = {}
    for turn in range(ROUNDS):
        rules = [one for one in town.rules() if one[0].endpoint != "leaving.ask"]
        lot.shuffle(rules)
        for rule, method in rules:
            step = town.step(rule, method)
            others = [space for space in town.spaces if space is not step.caller]
            if fault := fault_of(town, step, lot.choice(others)):
                wrong.append((step.caller.slug, method, step.path, step.content, fault))
        if turn % 3 == 2:
            # What was open is over for the rest.
            town.hub.reconcile(after=dt.timedelta(days=turn % 2 + 1))
    assert wrong == []
    assert town.wrong_counts() == []
    for space in town.spaces:
        good(space.call("GET", "/self"))
