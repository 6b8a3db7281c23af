"""Pages protect their readers: quoted attributes, nothing inline (the CSP would refuse it), every text translatable."""

import re

from shared.ui import catalogue
from tests.support.sources import PRODUCT, files, text

TEMPLATES = files("*.html", *PRODUCT)
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.S)
TRANSLATED = re.compile(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", re.S)
NOT_SHOWN = re.compile(r"<!--.*?-->|<!doctype[^>]*>|<(script|style|svg|code|kbd)\b.*?</\1>", re.S | re.I)
# A block or a macro may fill an attribute from outside the tag.
IN_A_TAG = re.compile(r"\{% block shape %\}.*?\{% endblock %\}")
TAG = re.compile(r"<[^<>]*>|[\w-]+=\"[^\"]*\"", re.S)
READ_ALOUD = re.compile(r"\b(?:alt|title|placeholder|aria-label|aria-description)=\"([^\"]*)\"")
WORD = re.compile(r"[^\W\d_]{2,}")
# Names that are the same in every language.
NAMES = {"Twindesk"}


def hits(pattern: str) -> list[str]:
    """`file:line: match` of the pattern in every template."""
    expression = re.compile(pattern, re.S | re.I)
    return [
        f"{path}:{text(path).count(chr(10), 0, match.start()) + 1}: {' '.join(match.group().split())[:60]}"
        for path in TEMPLATES
        for match in expression.finditer(text(path))
    ]


def test_there_are_templates() -> None:
    assert TEMPLATES


def test_a_template_is_a_file_and_never_a_text_that_came_in() -> None:
    made = re.compile(r"render_template_string|\bfrom_string\(|\bTemplate\(")
    assert [f"{path}: {found[0]}" for path in files("*.py", *PRODUCT) for found in made.finditer(text(path))] == []


def test_an_attribute_that_takes_a_value_is_quoted() -> None:
    assert hits(r"<[a-z][^<>]*?\s[\w:@.-]+=(?:\{\{|[^\"'\s>{%]+\{\{)") == []


def test_nothing_runs_or_styles_inline() -> None:
    assert hits(r"<script(?![^>]*\bsrc=)[^>]*>") == []
    assert hits(r"<style\b") == []
    assert hits(r"<[a-z][^<>]*\sstyle=") == []
    assert hits(r"<[a-z][^<>]*\son[a-z]+=") == []
    assert hits(r"\bjavascript:") == []


def test_nothing_foreign_escapes_the_escaping() -> None:
    assert hits(r"\|\s*safe\b") == []
    assert hits(r"autoescape\s+false") == []
    assert hits(r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=[\"'](?:https?:)?//") == []


def test_every_text_of_a_page_goes_through_the_translation() -> None:
    plain = []
    for path in TEMPLATES:
        left = text(path)
        for part in (TRANSLATED, IN_A_TAG, JINJA, NOT_SHOWN):
            left = part.sub(" ", left)
        said = " ".join([TAG.sub(" ", left), *READ_ALOUD.findall(left)])
        if words := [word for word in WORD.findall(said) if word not in NAMES]:
            plain.append(f"{path}: {' '.join(words[:8])}")
    assert plain == []


def test_every_marked_text_is_translated() -> None:
    assert [path.parts[-3] for path in catalogue.sources()] == ["it"]
    assert catalogue.check() == []
