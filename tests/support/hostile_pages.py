"""What somebody with bad intentions does with pages: every field of every form and address, filled with what breaks software."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import requests

from demo.browser import Form, Page, read_page
from shared.schemas import CSRF_FIELD
from tests.support.corpus import BYTES, WRITTEN
from tests.support.sample_network import SampleNetwork
from tests.support.visiting import Sight

TIMEOUT_SECONDS = 20
# After these nobody is signed in any more, and all that follows would only meet the sign-in page.
ENDS_SESSIONS = ("/sign-out", "/sessions/end", "/password")
UNPROCESSABLE = 422
WRONG: dict[str, str | bytes] = {**WRITTEN, **BYTES}


@dataclass(frozen=True)
class Attempt:
    """One field of one form, or of the query of one address, and what it is filled in with; None leaves it out."""

    site: str
    who: str
    page: str
    action: str
    method: str
    fields: tuple[tuple[str, str], ...]
    name: str
    wrong: str

    @property
    def filled(self) -> list[tuple[str, str | bytes]]:
        """All fields as they are sent."""
        others: list[tuple[str, str | bytes]] = [one for one in self.fields if one[0] != self.name]
        bad = WRONG[self.wrong]
        # No address is as long as a form can be.
        return [*others, (self.name, bad[:3000] if self.method == "get" else bad)]


class Visitor:
    """Who looks at the pages of a site, over HTTP."""

    def __init__(self, made: SampleNetwork, site: str, who: str) -> None:
        """Somebody who is signed in there, or a stranger."""
        self.site, self.who, self.origin = site, who, made.origin(site)
        self._session = requests.Session()
        self._session.trust_env = False
        if who:
            _, cookie, token = made.tokens[who]
            self._session.cookies.set(cookie, token)

    def get(self, path: str) -> Page:
        """Open a page."""
        return self._read("GET", path)

    def attempt(self, attempt: Attempt) -> Page:
        """Send what is attempted, and stay where that is answered."""
        if attempt.method == "get":
            return self._read("GET", f"{urlsplit(attempt.action).path}?{urlencode(attempt.filled)}")
        headers = {"Origin": self.origin, "Content-Type": "application/x-www-form-urlencoded"}
        return self._read("POST", attempt.action, data=urlencode(attempt.filled), headers=headers)

    def send(self, form: Form, **values: str) -> Page:
        """Send a form as it stands, but for some values; stay where that is answered."""
        return self._read("POST", form.action, data={**form.fields, **values}, headers={"Origin": self.origin})

    def upload(self, form: Form, name: str, file_name: str, content: bytes) -> Page:
        """Choose a file, and go on to where that leads."""
        fields = {field: value for field, value in form.fields.items() if field != name}
        files = {name: (file_name, content)}
        headers = {"Origin": self.origin}
        return self._read("POST", form.action, data=fields, files=files, headers=headers, allow_redirects=True)

    def _read(self, method: str, path: str, **options: object) -> Page:
        answer = self._session.request(
            method,
            urljoin(self.origin, path),
            **{"timeout": TIMEOUT_SECONDS, "allow_redirects": False, **options},  # type: ignore[arg-type]
        )
        return read_page(answer)


def attempts(pages: Mapping[Sight, Page], *, each: int) -> Iterator[Attempt]:
    """What can be tried on pages: every field once a service, with so many of the wrong values, which take turns."""
    turn, kinds, seen = 0, tuple(WRONG), set[tuple[str, str, str]]()
    for sight, page in pages.items():
        for form in (*page.forms, *_addresses(page)):
            path = urlsplit(form.action).path
            if path.endswith(ENDS_SESSIONS):
                continue
            for name in form.fields:
                about = ("hub" if sight.site == "hub" else "node", shape(path), name)
                if name == CSRF_FIELD or about in seen:
                    continue
                seen.add(about)
                for _ in range(min(each, len(kinds))):
                    fields = tuple(form.fields.items())
                    yield Attempt(
                        sight.site, sight.who, page.path, form.action, form.method, fields, name, kinds[turn % len(kinds)]
                    )
                    turn += 1


def _addresses(page: Page) -> Iterable[Form]:
    """The links of a page that say something behind a question mark, as forms."""
    for link in page.links:
        whole = urlsplit(urljoin(page.url, link))
        if whole.query and whole.netloc == urlsplit(page.url).netloc:
            yield Form(whole.geturl(), "get", dict(parse_qsl(whole.query, keep_blank_values=True)))


def shape(path: str) -> str:
    """A path without what differs from one thing to the next: its ids and numbers."""
    return "/".join("…" if any(letter.isdigit() for letter in part) else part for part in path.split("/"))


def is_explained(page: Page, name: str) -> bool:
    """A wrong value is told of at its form, or on a page of its own that names the field; all else has a page with a heading."""
    told = ('role="alert"', 'aria-invalid="true"', f'<li><code lang="en">{name}') if page.status == UNPROCESSABLE else ("<h1",)
    return any(one in page.html for one in told)
