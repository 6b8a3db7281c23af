"""The list of security rules is honest: what is met names tests that exist, and what is not says why."""

import re

from tools.docs import asvs

RULES = asvs.read_rules()


def test_every_rule_is_numbered_once_and_in_order() -> None:
    numbers = [tuple(int(part) for part in rule.number.split(".")) for rule in RULES]
    assert numbers == sorted(set(numbers))
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", rule.number) for rule in RULES)


def test_every_test_that_is_named_exists() -> None:
    places = asvs.test_places()
    assert [(rule.number, test) for rule in RULES for test in rule.tests if test not in places] == []


def test_what_is_met_is_proven_and_what_is_not_says_why() -> None:
    assert {rule.verdict for rule in RULES} <= set(asvs.VERDICTS)
    assert [rule.number for rule in RULES if rule.verdict == "met" and not rule.tests] == []
    assert [rule.number for rule in RULES if rule.verdict != "met" and not rule.reason] == []
