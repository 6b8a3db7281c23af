"""Steps of the wire out of their order: twice, by the other side, by a stranger, after their end; by lot, for every call."""

import datetime as dt
import os
import random
from collections import Counter
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from shared.errors import Refusal
from shared.problems import PROBLEM_BASE
from tests.support.databases import dispose_engines, fresh_database
from tests.support.out_of_order import Step, Town
from tests.support.wire_space import WireHub, WireSpace, body, good

# How often calls are made; in a turn, a third of them by lot. All of them, and often: `make hostile`.
EACH = int(os.environ.get("TWINDESK_HOSTILE", "1"))
ROUNDS = min(EACH, 150)
SHARE = 3 if EACH == 1 else 1
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


def fault_of(town: Town, step: Step, other: WireSpace, taken: Counter[str]) -> str | None:
    """What is wrong with the answer to a step, to the same again, and to the same from somebody else."""
    told = town.told()
    answer = step.take()
    refused = answer.status_code >= 400
    taken[step.endpoint] += not refused
    if refused and town.told() != told:
        return f"refused, and yet something is told: {answer.text}"
    again, theirs = step.take(), step.take(other)
    if fault := next(filter(None, map(unexplained, (answer, again, theirs))), None):
        return fault
    if again.status_code != answer.status_code or (step.method == "POST" and not refused and again.text != answer.text):
        return f"another answer to the same: {answer.text} and {again.text}"
    strangers = answer if step.caller is town.outsider else theirs if other is town.outsider else None
    if strangers is not None and strangers.status_code < 400 and NOT_FOR_OTHERS & set(step.named):
        return f"somebody else's: {strangers.text}"
    return None


def unexplained(answer: TestResponse) -> str | None:
    """A fault of ours, or a refusal by a word that no document knows."""
    if answer.status_code >= 500:
        return f"a fault of ours: {answer.text}"
    slug = str(body(answer).get("type", "")).removeprefix(PROBLEM_BASE)
    is_known = slug in Refusal.registry or slug in FRAMEWORKS
    return None if answer.status_code < 400 or is_known else f"refused without a word of its own: {answer.text}"


def test_no_call_out_of_its_order_breaks_or_opens_anything(town: Town) -> None:
    wrong, taken, lot = [], Counter[str](), random.Random(SEED)
    # A space that leaves can do nothing else any more.
    rules = [one for one in town.rules() if one[0].endpoint != "leaving.ask"]
    for turn in range(ROUNDS):
        lot.shuffle(rules)
        for rule, method in rules[::SHARE]:
            step = town.step(rule, method)
            other = lot.choice([space for space in town.spaces if space is not step.caller])
            if fault := fault_of(town, step, other, taken):
                wrong.append((step.caller.slug, method, step.path, step.content, fault))
        if turn % 3 == 2:
            # What was open is over for the rest.
            town.hub.reconcile(after=dt.timedelta(days=turn % 2 + 1))
    good(town.third.call("POST", "/self/leave", {}))
    for rule, method in town.rules()[::SHARE]:
        if fault := unexplained(town.step(rule, method, town.third).take()):
            wrong.append((town.third.slug, method, rule.rule, None, fault))
    assert wrong == []
    assert town.wrong_counts() == []
    assert sum(count > 0 for count in taken.values()) > len(rules) / SHARE / 3
    for space in town.spaces:
        good(space.call("GET", "/self"))
