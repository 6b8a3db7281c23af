"""A browser without a screen: loads pages, finds forms, fills them in, keeps hidden fields and cookies, follows redirects."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import requests

TIMEOUT_SECONDS = 20
UNSEEN = frozenset({"script", "style", "head", "svg", "template"})
NO_END_TAG = frozenset({"input", "br", "img", "meta", "link", "hr", "use", "path", "wbr", "source"})


class PageMissing(Exception):
    """The page does not have what somebody would look for."""


@dataclass
class Form:
    """A form as it stands in the page."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass
class Page:
    """An answer: what it shows and what can be filled in."""

    url: str
    status: int
    html: str
    text: str
    forms: list[Form]
    links: list[str]
    marked: dict[str, str]
    """The text of every element with a `data-…` attribute whose name ends in `-text`, by that name."""

    @property
    def path(self) -> str:
        """The path that the browser ended at."""
        return urlsplit(self.url).path

    def form(self, action: str = "", **values: str) -> Form:
        """The form that goes to an address with this ending and has these values. Raises PageMissing."""
        for form in self.forms:
            fits = urlsplit(form.action).path.endswith(action) if action else True
            if fits and all(form.fields.get(name) == value for name, value in values.items()):
                return form
        raise PageMissing(f"{self.url} ({self.status}) has no form to {action or 'anything'} with {values}: {self.text[:300]}")

    def form_with(self, *names: str) -> Form:
        """The first form that has fields of these names. Raises PageMissing."""
        for form in self.forms:
            if form.method == "post" and set(names) <= form.fields.keys():
                return form
        raise PageMissing(f"{self.url} ({self.status}) has no form with {', '.join(names)}: {self.text[:300]}")


class Browser:
    """Somebody's browser, on one site, in English."""

    def __init__(self, site: str, language: str = "en") -> None:
        """Open it with no cookies."""
        self.site = site
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Accept-Language"] = language

    def get(self, address: str) -> Page:
        """Open a page: a path, or a whole address."""
        return read_page(self._session.get(urljoin(self.site, address), timeout=TIMEOUT_SECONDS))

    def submit(self, form: Form, **values: str) -> Page:
        """Send a form with what is typed into it, and follow to the page that answers."""
        filled = {**form.fields, **values}
        return read_page(self._session.post(urljoin(self.site, form.action), data=filled, timeout=TIMEOUT_SECONDS))

    def welcome(self, link: str, password: str) -> Page:
        """Use a one-use link: choose a password, and be signed in."""
        form = self.get(link).form_with("password", "password_again")
        return self.submit(form, password=password, password_again=password)

    def sign_in(self, email: str, password: str) -> Page:
        """Sign in with a password."""
        return self.submit(self.get("/sign-in").form_with("email", "password"), email=email, password=password)


def read_page(answer: requests.Response) -> Page:
    """What a person and their browser make of an answer."""
    answer.encoding = "utf-8"
    reader = _Reader(answer.url)
    reader.feed(answer.text)
    reader.close()
    text = " ".join(" ".join(reader.words).split())
    return Page(answer.url, answer.status_code, answer.text, text, reader.forms, reader.links, reader.marked)


class _Reader(HTMLParser):
    """Collects forms, links and visible words."""

    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.url = url
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.marked: dict[str, str] = {}
        self._unseen = 0
        self._form: Form | None = None
        self._area: str | None = None
        self._select: str | None = None
        self._mark: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._unseen += tag in UNSEEN
        for name in given:
            if name.startswith("data-") and name.endswith("-text") and tag not in NO_END_TAG:
                self._mark = (tag, name)
                self.marked[name] = ""
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "form":
            self._form = Form(urljoin(self.url, given.get("action") or self.url), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(tag, given, self._form)

    def _field(self, tag: str, given: dict[str, str], form: Form) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "option" and self._select and ("selected" in given or self._select not in form.fields):
            form.fields[self._select] = given.get("value", "")
        if not name:
            return
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area, form.fields[name] = name, ""
        elif tag == "input" and (kind not in ("checkbox", "radio") or "checked" in given):
            form.fields[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in UNSEEN
        if self._mark and tag == self._mark[0]:
            self._mark = None
        if tag == "form":
            self._form = self._area = self._select = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._mark:
            self.marked[self._mark[1]] += data
        if self._area and self._form:
            # The line break right after the tag is not part of what was typed.
            self._form.fields[self._area] += data.removeprefix("\n")
        elif not self._unseen:
            self.words.append(data)
