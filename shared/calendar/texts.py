"""Text on its way into a calendar file or out of one: what cannot be seen is left behind, and markup is read as what it says."""

import re
from html.parser import HTMLParser

from shared.text import harmless

LINE_MAX = 4000
_TAG = re.compile(
    r"</?(?:a|b|br|div|em|h[1-6]|html|i|img|li|ol|p|script|span|strong|style|table|td|tr|u|ul)\b[^<>]*>", re.IGNORECASE
)
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6"})
_UNREAD = frozenset({"script", "style"})


def one_line(text: str) -> str:
    """The text as one line."""
    return text if text.isprintable() else harmless(text, max_length=LINE_MAX)


def lines(text: str) -> str:
    """The text with its line ends, whichever they were, as `\\n`."""
    return "\n".join(one_line(line) for line in text.splitlines())


def without_markup(text: str) -> str:
    """What a text in HTML says, with its line ends; any other text as it is."""
    if not _TAG.search(text):
        return text
    reader = _Words()
    reader.feed(text)
    reader.close()
    rows = (" ".join(row.split()) for row in "".join(reader.words).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip()


class _Words(HTMLParser):
    """Collects what a browser would show."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._unread = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base class's name
        """Break the line where the tag does."""
        self._unread = tag in _UNREAD
        if tag in _BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Read on after what is not for reading."""
        self._unread = False
        if tag in _BREAKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        if not self._unread:
            self.words.append(data)
