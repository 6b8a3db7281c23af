"""Pages as a person reads them: the words, and the forms with what they would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass
class Form:
    """A form of a page: where it goes, what a browser would send, and the words on and around its fields."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Collects words and forms. Hidden words are left out, as on the screen."""

    SILENT = frozenset({"script", "style", "title", "svg"})

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.forms: list[Form] = []
        self._silent: list[str] = []
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in self.SILENT:
            self._silent.append(tag)
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        name = given.get("name", "")
        if tag == "select":
            self._select = name
        if tag == "textarea":
            self._area = name
        if not self.forms:
            return
        fields = self.forms[-1].fields
        if tag == "input" and name and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            fields[name] = given.get("value", "on")
        if tag == "option" and self._select and ("selected" in given or self._select not in fields):
            fields[self._select] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area and self.forms:
            self.forms[-1].fields[self._area] = data.removeprefix("\n")
        elif not self._silent:
            self.words.append(data)


def _read(page: Any) -> _Reader:
    reader = _Reader()
    reader.feed(page.get_data(as_text=True))
    return reader


def words(page: Any) -> str:
    """All that can be read on a page, in one line."""
    return " ".join(" ".join(_read(page).words).split())


def forms(page: Any, action: str) -> list[Form]:
    """The forms of a page whose address ends so."""
    return [form for form in _read(page).forms if form.action.endswith(action)]


def form(page: Any, action: str) -> Form:
    """The one form of a page whose address ends so. Raises AssertionError for none or several."""
    found = forms(page, action)
    assert len(found) == 1, [one.action for one in _read(page).forms]
    return found[0]
