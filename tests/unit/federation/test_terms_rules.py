"""Terms that contradict the agreement they belong to, or themselves, are told field by field."""

import pytest

from federation.twinnings.rules import Expected, pair_faults, term_faults
from shared.protocol.registry import example
from shared.protocol.twinnings import Terms
from shared.schemas import load

GOOD = example("terms")
PAIR = ("thecube-london", "wecreate-nyc")
EXPECTED = Expected(twinning_id=GOOD["twinning_id"], version=1, spaces=PAIR, prev_hash=None, thumbprints=GOOD["root_thumbprints"])


def faults(sent_as=1, **changes):
    return [fault["pointer"] for fault in term_faults(load(Terms, {**GOOD, **changes}), EXPECTED, version=sent_as)]


def test_good_terms_have_no_fault():
    assert faults() == []


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"twinning_id": "019ab3c0-0000-7000-8000-00000000ffff"}, "/twinning_id"),
        ({"version": 2}, "/version"),
        ({"spaces": ["thecube-london", "somebody-else"]}, "/spaces"),
        ({"prev_hash": "a" * 64}, "/prev_hash"),
        ({"root_thumbprints": {"thecube-london": "x", "wecreate-nyc": "y"}}, "/root_thumbprints"),
        ({"offers": [GOOD["offers"][0], GOOD["offers"][0]]}, "/offers"),
        ({"cancellation": [{"hours_before": 24, "charge_percent": 0}]}, "/cancellation"),
        ({"cancellation": [{"hours_before": 0, "charge_percent": 9}, {"hours_before": 0, "charge_percent": 9}]}, "/cancellation"),
        (
            {"cancellation": [{"hours_before": 0, "charge_percent": 9}, {"hours_before": 24, "charge_percent": 10}]},
            "/cancellation",
        ),
        ({"valid_from": "2026-12-01", "valid_until": "2026-11-01"}, "/valid_until"),
    ],
)
def test_each_contradiction_names_its_field(changes, pointer):
    assert faults(**changes) == [pointer]


def test_terms_are_sent_as_the_version_that_they_are():
    assert faults(sent_as=2) == ["/version"]
    assert faults(sent_as=2, version=2) == ["/version"]


def test_terms_may_end_on_the_day_they_begin():
    assert faults(valid_from="2026-12-01", valid_until="2026-12-01") == []


@pytest.mark.parametrize(
    ("pair", "count"),
    [
        (["thecube-london", "wecreate-nyc"], 0),
        (["wecreate-nyc", "thecube-london"], 1),
        (["wecreate-nyc", "wecreate-nyc"], 1),
        (["cowo-milano", "thecube-london"], 1),
        (["thecube-london", "cowo-milano"], 2),
    ],
)
def test_a_pair_is_two_spaces_in_order_of_which_one_proposes(pair, count):
    assert [fault["pointer"] for fault in pair_faults(pair, "wecreate-nyc")] == ["/spaces"] * count
