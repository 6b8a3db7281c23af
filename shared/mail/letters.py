"""What a mail says, before it is a mail: the same few parts for every letter, laid out by one pair of templates.

The parts are written in the reader's language by whoever posts the letter; the templates hold no words of their own.
"""

from dataclasses import dataclass
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape


class Button(NamedTuple):
    """Something to do: what it is called, and its address."""

    label: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One letter. `facts` are pairs of a name and a value, `reason` says why the reader gets it, `sign` from whom.

    `button` is the one thing to do, `other` what somebody might want instead.
    """

    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    button: Button | None = None
    other: Button | None = None
    reason: str = ""
    sign: str = ""
    # A calendar file that goes with it.
    calendar: str | None = None


_pages = Environment(
    loader=PackageLoader("shared.mail"), autoescape=select_autoescape(["html"]), undefined=StrictUndefined, trim_blocks=True
)


def plain(letter: Letter) -> str:
    """The letter as plain text."""
    return _pages.get_template("mail/letter.txt").render(letter=letter)


def html(letter: Letter, language: str) -> str:
    """The letter as a page, which fetches nothing from anywhere."""
    return _pages.get_template("mail/letter.html").render(letter=letter, language=language)
