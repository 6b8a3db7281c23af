"""Text on its way into a calendar file or out of one: what cannot be seen is left behind, and markup is read as what it says."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

from shared.text import harmless

LINE_MAX = 4000
_MARKUP = re.compile(
    r"</?(?:a|b|br|div|em|h[1-6]|html|i|img|li|ol|p|script|span|strong|style|table|td|tr|u|ul)\b[^<>]*>", re.IGNORECASE
)
# In one pass whatever stands there: a parser of HTML can be kept busy for minutes by a line of open tags.
_TAG = re.compile(r"(</?[A-Za-z!][^<>]*>)")
_NAME = re.compile(r"</?([A-Za-z0-9]*)")
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6"})
_UNREAD = frozenset({"script", "style"})
_DETOUR = re.compile(r"https?://(?:[\w-]+\.)*safelinks\.protection\.outlook\.com/[^\s<>\"']*", re.IGNORECASE | re.ASCII)
_WEB_ADDRESS = re.compile(r"https?://\S+")


def one_line(text: str) -> str:
    """The text as one line."""
    return text if text.isprintable() else harmless(text, max_length=LINE_MAX)


def lines(text: str) -> str:
    """The text with its line ends, whichever they were, as `\\n`."""
    return "\n".join(one_line(line) for line in text.splitlines())


def without_markup(text: str) -> str:
    """What a text in HTML says, with its line ends; any other text as it is."""
    if not _MARKUP.search(text):
        return text
    words, unread = [], False
    for place, piece in enumerate(_TAG.split(text)):
        found = _NAME.match(piece) if place % 2 else None
        tag = found[1].lower() if found else ""
        if tag in _UNREAD:
            unread = not piece.startswith("</")
        if tag in _BREAKS:
            words.append("\n")
        elif found is None and not unread:
            words.append(unescape(piece))
    rows = (" ".join(row.split()) for row in "".join(words).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip()


def without_detours(text: str) -> str:
    """The text with the links that its author wrote, where Outlook has led them through itself.

    Such a link also says to whom the letter went that it stood in.
    """
    return _DETOUR.sub(_led_to, text)


def _led_to(detour: re.Match[str]) -> str:
    [address, *_] = parse_qs(urlsplit(detour[0]).query).get("url", [""])
    return address if _WEB_ADDRESS.fullmatch(address) else detour[0]
