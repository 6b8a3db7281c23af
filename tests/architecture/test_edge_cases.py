"""The list of what can go wrong with events is whole, and says of each case which test proves it, or why none does."""

from tools.docs import edge_cases

CASES = edge_cases.read_cases()
LAST = 75


def test_the_page_says_what_the_tests_say() -> None:
    for path, said in edge_cases.generate().items():
        assert (edge_cases.ROOT / path).read_text("utf-8") == said, "not what the tests say: make docs"


def test_every_case_is_there_once() -> None:
    assert [case.number for case in CASES] == list(range(1, LAST + 1))


def test_no_test_names_a_case_that_there_is_not() -> None:
    assert sorted(number for number in edge_cases.proofs() if not 1 <= number <= LAST) == []


def test_every_case_has_a_test_or_says_why_it_has_none() -> None:
    proven = edge_cases.proofs()
    assert [case.number for case in CASES if case.number not in proven and not case.reason] == []


def test_a_docstring_can_name_one_case_or_several() -> None:
    several = "Edge cases 5, 6 and 7: as\nit says. Edge case 9, the other bound: also. Edge cases 14-16, 20."
    assert edge_cases.numbers(several) == {5, 6, 7, 9, 14, 15, 16, 20}
    assert edge_cases.numbers("In the case of 12 guests.") == set()
