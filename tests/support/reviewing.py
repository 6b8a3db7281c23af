"""What is wrong with a page in a browser: for eyes, for screen readers, for fingers, and in the other language."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Error, Page

from shared.ui.translations import read, sources

AXE_RUN = "() => axe.run(document, {resultTypes: ['violations'], preload: false})"
# A frame that cuts off what does not fit would hide it from the page's own width.
OVERFLOW = """
() => [document.documentElement,
  ...document.querySelectorAll("main, .table-frame, .card, .stat, .facts dd, .data-table td > div")]
  .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline")
  .map((one) => [one.tagName, one.className, one.scrollWidth - one.clientWidth, one.textContent.trim().slice(0, 60)].join(" "))
"""
# What stands in another language on purpose says so, and is not looked at.
WORDS = """
() => {
  const copy = document.body.cloneNode(true);
  copy.querySelectorAll("script, style, svg, textarea, [lang]").forEach((one) => one.remove());
  document.body.append(copy);
  const words = copy.innerText + " " + [...copy.querySelectorAll("[aria-label], [title], [placeholder], [alt]")]
    .map((one) => ["aria-label", "title", "placeholder", "alt"].map((name) => one.getAttribute(name) || "").join(" ")).join(" ");
  copy.remove();
  return document.title + " " + words;
}
"""
# Small words that no Italian text has, nor any name of the sample network.
SENTINELS = re.compile(r"\b(the|and|of|with|your|this|that|not|has|is|are|for|was|you|by|it)\b", re.IGNORECASE)


def violations(page: Page) -> list[tuple[str, str]]:
    """The rules of accessibility that a page breaks, and where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(AXE_RUN)["violations"]
    return [(rule["id"], node["html"][:160]) for rule in found for node in rule["nodes"]]


def overflow(page: Page) -> list[str]:
    """What is wider than the place it stands in, the page itself first."""
    return list(page.evaluate(OVERFLOW))


@contextmanager
def complaints(page: Page) -> Iterator[list[str]]:
    """A list that fills with what the console says meanwhile; that a page itself was refused is none."""
    said: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "the server responded with a status of" not in message.text:
            said.append(message.text)

    def stumble(error: Error) -> None:
        said.append(str(error))

    page.on("console", listen)
    page.on("pageerror", stumble)
    yield said
    page.remove_listener("console", listen)
    page.remove_listener("pageerror", stumble)


def english_left(page: Page) -> list[str]:
    """English texts and words on an Italian page."""
    words = " ".join(str(page.evaluate(WORDS)).split())
    texts = [text for text in _english() if text in words and re.search(rf"(?<!\w){re.escape(text)}(?!\w)", words)]
    return texts + sorted({found.lower() for found in SENTINELS.findall(words)})


@cache
def _english() -> tuple[str, ...]:
    """Every English text of several words that reads otherwise in Italian."""
    catalogue = read(next(path for path in sources() if path.parts[-3] == "it"))
    texts = (one.id for one in catalogue if isinstance(one.id, str) and one.id != one.string)
    return tuple(text for text in texts if " " in text and "%" not in text)
