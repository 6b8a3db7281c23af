"""What the documents say of the code is what the code says (`make docs` writes it)."""

import pytest

from shared.errors import Refusal
from tests.support.sources import PRODUCT, ROOT
from tools.docs import PACKAGES, configuration, import_product, messages, pages, personal_data, planted_bugs, problems

SAY_MAKE_DOCS = "not what the code says: make docs"


@pytest.mark.parametrize(
    "generate",
    [configuration.generate, messages.generate, personal_data.generate, planted_bugs.generate, problems.generate],
    ids=["configuration", "messages", "personal data", "planted bugs", "problems"],
)
def test_the_generated_pages_say_what_the_code_says(generate) -> None:
    wanted = generate()
    outdated = [str(path) for path, said in wanted.items() if _held(path) != said]
    assert outdated == [], SAY_MAKE_DOCS


def test_no_page_tells_of_a_problem_that_nothing_answers() -> None:
    assert pages.stale(problems.generate()) == [], SAY_MAKE_DOCS


def test_every_problem_that_the_product_can_answer_has_a_page() -> None:
    modules = list(import_product())
    assert {name.split(".")[0] for name in modules} == set(PACKAGES) < set(PRODUCT)
    slugs = {slug for slug, kind in Refusal.registry.items() if kind.__module__ in modules}
    assert {slug for slug in slugs if not (ROOT / problems.FOLDER / f"{slug}.md").exists()} == set()


def test_every_page_of_a_problem_says_more_than_its_head() -> None:
    held = [path for path in (ROOT / problems.FOLDER).glob("*.md") if path.name != "README.md"]
    assert held
    assert [path.name for path in held if not path.read_text("utf-8").partition(problems.LINE)[2].strip()] == []


def _held(path) -> str | None:
    target = ROOT / path
    return target.read_text("utf-8") if target.exists() else None
