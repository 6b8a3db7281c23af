"""The smaller parts of the demo: ports, the keeper's list, the environment of its services, facts and their summary."""

import json

import pytest

from demo.facts import Facts, Untrue
from demo.keeper import groups_left
from demo.ports import NoFreePort, first_ephemeral, free_ports
from demo.processes import clean_environment


def test_the_first_free_ports_are_taken_in_their_order() -> None:
    assert free_ports(3, 8600, end=8700, free=lambda port: port not in (8601, 8602)) == [8600, 8603, 8604]


def test_ports_that_the_system_hands_out_itself_are_never_taken() -> None:
    with pytest.raises(NoFreePort, match="only 2 free ones of 3"):
        free_ports(3, 8600, end=8602, free=lambda _port: True)


@pytest.mark.parametrize(
    ("text", "first"),
    [("32768\t60999\n", 32_768), ("20000 60999", 20_000), ("49152 65535", 32_768), ("1024 65535", 32_768), ("", 32_768)],
    ids=["as Linux has it", "a wider range", "a narrower range", "nearly all ports", "unreadable"],
)
def test_the_ephemeral_range_is_asked_from_the_system(tmp_path, text, first) -> None:
    (tmp_path / "range").write_text(text)
    assert first_ephemeral(tmp_path / "range") == first


def test_without_a_file_of_the_range_the_usual_one_counts(tmp_path) -> None:
    assert first_ephemeral(tmp_path / "none") == 32_768


def test_the_keeper_ends_what_was_named_and_not_taken_back() -> None:
    assert groups_left(["add 10\n", "add 11\n", "drop 10\n", "add 12\n", "drop 99\n"]) == [11, 12]


def test_settings_of_another_hub_or_node_do_not_reach_the_demo() -> None:
    mixed = {
        "PATH": "/bin",
        "HUB_NETWORK_NAME": "x",
        "SPACE_LISTS_SECONDS": "1",
        "DATABASE_URL": "y",
        "LANG": "C",
        "THREADS": "1",
        "MAIL_SERVER": "mail.example.org:587",
    }
    assert clean_environment(mixed) == {"PATH": "/bin", "LANG": "C"}


def test_the_first_fact_that_is_not_true_ends_the_story() -> None:
    facts = Facts()
    facts.hold("sky_is_above", True, 1)
    with pytest.raises(Untrue, match="sky_is_below: it does not hold"):
        facts.hold("sky_is_below", False)
    assert {key: fact["true"] for key, fact in facts.facts.items()} == {"sky_is_above": True, "sky_is_below": False}


def test_the_summary_has_a_key_for_each_fact_with_its_time(tmp_path) -> None:
    facts = Facts()
    facts.hold("paid", True, {1, 2})
    facts.write(tmp_path / "new" / "summary.json", None)
    summary = json.loads((tmp_path / "new" / "summary.json").read_text())
    assert summary["passed"] is True
    assert summary["facts"]["paid"]["at_seconds"] >= 0
    assert summary["facts"]["paid"]["detail"] == "{1, 2}"


def test_a_summary_of_a_story_that_broke_off_says_why(tmp_path) -> None:
    Facts().write(tmp_path / "summary.json", "the hub has ended")
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert (summary["passed"], summary["problem"], summary["facts"]) == (False, "the hub has ended", {})
