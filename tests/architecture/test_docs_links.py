"""The documents lead somewhere, name commands that exist, and leave out nothing that they promise to list."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from federation.app import create_app
from federation.config import HubSettings
from shared import config
from shared.problems import _FRAMEWORK, STATUS
from shared.protocol.version import BASE_PATH
from space_node.member_lists.rules.presets import PRESETS
from tests.support.command_lines import PROGRAMS, command_groups, fault_of
from tests.support.databases import fresh_database
from tests.support.sources import ROOT, files, text
from tools.docs import commands as commands_page
from tools.docs import words as words_page

PAGES = (*sorted(path.relative_to(ROOT) for path in ROOT.glob("*.md")), *files("*.md", "docs"))
DECISIONS = files("0*.md", "docs/adr")
LINK = re.compile(r"(?:\]\(|<img src=\")([^)\s\"]+)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
HEADING = re.compile(r"^#+ +(.*)$", re.M)
PART, IN_BRACES = re.compile(r"<(?:[^<>]*:)?(\w+)>"), r"{\1}"
Shown = tuple[Path, list[str]]


@pytest.fixture(scope="module")
def groups() -> dict[str, click.Group]:
    return command_groups()


def links(page: Path) -> list[str]:
    """Every link of a page that stays in the repository."""
    return [link for link in LINK.findall(FENCE.sub("", text(page))) if "://" not in link and not link.startswith("mailto:")]


def anchors(page: Path) -> set[str]:
    """The headings of a page, as links name them."""
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(FENCE.sub("", text(page))))
    return {heading.strip().replace(" ", "-") for heading in plain}


def target(page: Path, link: str) -> Path:
    """The file that a link of a page leads to."""
    path = link.partition("#")[0]
    return page if not path else Path((ROOT / page.parent / path).resolve()).relative_to(ROOT)


def shown_commands() -> Iterator[Shown]:
    """Every command of a `console` block, as words, without what a shell does around it."""
    for page in PAGES:
        for language, block in FENCE.findall(text(page)):
            for line in block.replace("\\\n", " ").splitlines() if language == "console" else ():
                if line.startswith("$ "):
                    words = shlex.split(re.sub(r"\s+(?:2?>\s*\S+|&)(?=\s|$)", "", line.removeprefix("$ ")))
                    yield page, words


def test_every_link_between_the_documents_leads_to_a_file() -> None:
    assert [f"{page}: {link}" for page in PAGES for link in links(page) if not (ROOT / target(page, link)).exists()] == []


def test_every_link_into_a_document_leads_to_a_heading() -> None:
    wanted = [(page, link, target(page, link)) for page in PAGES for link in links(page) if "#" in link]
    assert [f"{page}: {link}" for page, link, to in wanted if link.partition("#")[2] not in anchors(to)] == []


def test_every_document_is_found_by_who_begins_with_the_readme() -> None:
    found, fresh = set[Path](), [Path("README.md")]
    while fresh:
        page = fresh.pop()
        found.add(page)
        fresh += [to for to in (target(page, link) for link in links(page)) if to.suffix == ".md" and to not in found]
    assert [str(page) for page in PAGES if page not in found] == []


def test_every_command_that_is_shown_exists_and_takes_what_is_shown(groups) -> None:
    shown = list(shown_commands())
    assert {words[0] for _, words in shown} == {"make", "export", *PROGRAMS}
    assert [f"{page}: {fault}" for page, words in shown if (fault := fault_of(words, groups))] == []


def test_the_check_of_commands_finds_what_is_wrong(groups) -> None:
    wrong = (
        "make tea",
        "federation spaces evict x",
        "space-node join",
        "federation spaces admit x",
        "space-node sync --hard",
        "export DATA_DUR=x",
        "rm -rf x",
    )
    assert [line for line in wrong if fault_of(line.split(), groups) is None] == []


@pytest.mark.parametrize("maker", [commands_page, words_page], ids=["commands", "words"])
def test_the_generated_pages_say_what_the_code_says(maker) -> None:
    assert {str(path): said for path, said in maker.generate().items()} == {
        str(path): (ROOT / path).read_text("utf-8") for path in maker.generate()
    }, "not what the code says: make docs"


def test_the_page_of_commands_lists_what_the_programs_run(groups) -> None:
    roots = {name: {command.name for command in commands_page.roots(package)} for name, package in commands_page.PROGRAMS.items()}
    assert roots == {name: set(group.commands) for name, group in groups.items()}


def test_the_page_of_the_protocol_names_every_call(tmp_path) -> None:
    env = {"DATABASE_URL": fresh_database("federation", "sqlite", tmp_path), "DATA_DIR": str(tmp_path / "data")}
    rules = create_app(config.load(HubSettings, env)).url_map.iter_rules()
    calls = {
        f"{method} {PART.sub(IN_BRACES, rule.rule.removeprefix(BASE_PATH)) or BASE_PATH}"
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith((BASE_PATH, "/oauth/", "/.well-known/"))
    }
    said = text(Path("docs/reference/protocol.md"))
    assert sorted(call for call in calls if not re.search(rf"`{re.escape(call)}(?:\?[^`]*)?`", said)) == []


def test_the_page_of_status_codes_tells_of_every_one_that_is_answered() -> None:
    said = text(Path("docs/reference/http-status-codes.md"))
    assert [status for status in (*STATUS.values(), *_FRAMEWORK, 411, 500) if f"| {status} |" not in said] == []


def test_the_page_of_the_import_names_every_preset_with_its_source() -> None:
    said = text(Path("docs/how-to/import-members.md"))
    assert [word for word, preset in PRESETS.items() if f"`{word}`" not in said or preset.source not in said] == []


def test_decisions_are_numbered_without_a_gap_and_listed() -> None:
    assert [path.name[:4] for path in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]
    said = text(Path("docs/adr/README.md"))
    assert [path.name for path in DECISIONS if f"]({path.name})" not in said] == []
    parts = ("## Context", "## Decision", "## Considered", "## Consequences")
    assert [path.name for path in DECISIONS if not all(part in text(path) for part in parts)] == []
