"""Formats as people write them, their credit and their family: pure decisions."""

import pytest

from space_node.formats import rules
from space_node.formats.errors import FormatLinesInvalid

AGENDA = [
    {"offset_minutes": 0, "minutes": 20, "text": "Welcome"},
    {"offset_minutes": 20, "minutes": 60, "text": "Talks"},
    {"offset_minutes": 30, "minutes": 15, "text": "Side room"},
]


def test_an_agenda_is_written_and_read_the_same() -> None:
    text = "20 Welcome\n60 Talks\n30+15 Side room"
    assert rules.write_agenda(AGENDA) == text
    assert rules.read_agenda(text) == AGENDA
    assert rules.read_agenda(" \n20  Welcome \n\n") == AGENDA[:1]


@pytest.mark.parametrize("line", ["Welcome", "0 Nothing", "1441 A day and more", "20160+1 x\n1 y\n1 z", f"5 {'x' * 201}", "20"])
def test_a_line_of_the_agenda_that_cannot_be_read_is_named(line: str) -> None:
    with pytest.raises(FormatLinesInvalid) as caught:
        rules.read_agenda(line)
    assert caught.value.errors[0]["pointer"] == "/agenda"


def test_a_checklist_knows_roles_by_their_names() -> None:
    tasks = rules.read_checklist("14 host: Ask three presenters\n-2 scribe: Send notes\n0 Bring: cups", ["host", "scribe"])
    assert tasks == [
        {"days_before": 14, "role": "host", "text": "Ask three presenters"},
        {"days_before": -2, "role": "scribe", "text": "Send notes"},
        {"days_before": 0, "role": "", "text": "Bring: cups"},
    ]
    assert rules.read_checklist(rules.write_checklist(tasks), ["host", "scribe"]) == tasks


@pytest.mark.parametrize("line", ["Ask", "400 Too early", "-61 Too late", f"1 {'x' * 201}"])
def test_a_task_that_cannot_be_read_is_named(line: str) -> None:
    with pytest.raises(FormatLinesInvalid):
        rules.read_checklist(line, [])


def test_lists_have_a_measure() -> None:
    with pytest.raises(FormatLinesInvalid):
        rules.read_agenda("1 x\n" * 41)
    with pytest.raises(FormatLinesInvalid):
        rules.read_roles("\n".join(str(number) for number in range(13)))
    with pytest.raises(FormatLinesInvalid):
        rules.read_topics(",".join(str(number) for number in range(9)))
    assert rules.read_roles("host\n\n host \nscribe") == ["host", "scribe"]
    assert rules.read_topics(" making, food ,,making") == ["making", "food"]


def test_links_and_addresses_stay_with_the_event() -> None:
    """Edge case 72: a clone has no link and no people."""
    text = "Join at https://meet.test/x?y=1 or www.x.test.\n\n\n\nAsk ada@lambrate.test, or mailto:bob@x.test\nBring soup."
    assert rules.without_links(text) == "Join at or\n\nAsk or\nBring soup."


def test_some_licences_want_to_be_asked() -> None:
    assert [code for code in rules.LICENCES if not rules.may_be_used(code, own=False)] == [rules.ASK_FIRST]
    assert all(rules.may_be_used(code, own=True) for code in rules.LICENCES)


def test_the_credit_names_the_space_and_an_author_who_agrees() -> None:
    content = {"title": "Lunch", "attribution": "TheCube", "licence": "CC-BY-SA-4.0"}
    assert rules.credit(content) == "“Lunch”: TheCube (CC-BY-SA-4.0)"
    assert rules.credit(content, "Sample Author") == "“Lunch”: Sample Author, TheCube (CC-BY-SA-4.0)"


def test_a_family_begins_with_its_first_ancestor() -> None:
    family = {("a", 1): None, ("a", 2): ("a", 1), ("b", 1): ("a", 1), ("c", 1): ("b", 1), ("x", 1): None, ("o", 1): ("gone", 1)}
    for member in (("a", 1), ("c", 1)):
        assert [(one.id, one.version, one.depth) for one in rules.family(family, member)] == [
            ("a", 1, 0), ("a", 2, 1), ("b", 1, 1), ("c", 1, 2),
        ]  # fmt: skip
    assert [one.id for one in rules.family(family, ("o", 1))] == ["o"]
    ring = {("a", 1): ("b", 1), ("b", 1): ("a", 1)}
    assert {one.id for one in rules.family(ring, ("a", 1))} == {"a", "b"}
