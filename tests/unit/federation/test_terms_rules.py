"""Terms that contradict the agreement they belong to, or themselves, are told field by field."""

import pytest

from federation.twinnings.rules import Expected, term_faults
from shared.protocol.registry import example
from shared.protocol.twinnings import Terms
from shared.schemas import load

GOOD = example("terms")
EXPECTED = Expected(
    twinning_id=GOOD["twinning_id"], version=1, proposer="wecreate-nyc", prev_hash=None, thumbprints=GOOD["root_thumbprints"]
)


def faults(**changes):
    return {fault["pointer"] for fault in term_faults(load(Terms, {**GOOD, **changes}), EXPECTED)}


def test_good_terms_have_no_fault():
    assert faults() == set()


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"twinning_id": "019ab3c0-0000-7000-8000-00000000ffff"}, "/twinning_id"),
        ({"version": 2}, "/version"),
        ({"proposer": "thecube-london"}, "/proposer"),
        ({"spaces": ["wecreate-nyc", "thecube-london"]}, "/spaces"),
        ({"spaces": ["wecreate-nyc", "wecreate-nyc"]}, "/spaces"),
        ({"spaces": ["thecube-london", "somebody-else"]}, "/spaces"),
        ({"prev_hash": "a" * 64}, "/prev_hash"),
        ({"root_thumbprints": {"thecube-london": "x", "wecreate-nyc": "y"}}, "/root_thumbprints"),
        ({"offers": [GOOD["offers"][0], GOOD["offers"][0]]}, "/offers"),
        ({"cancellation": [{"hours_before": 24, "charge_percent": 0}]}, "/cancellation"),
        ({"valid_from": "2026-12-01", "valid_until": "2026-11-01"}, "/valid_until"),
    ],
)
def test_each_contradiction_names_its_field(changes, pointer):
    assert pointer in faults(**changes)
