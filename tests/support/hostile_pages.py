"""What somebody with bad intentions does with pages: every field of every form and address, filled with what breaks software."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import requests

from demo.browser import Form, Page, read_page
from tests.support.sample_network import SampleNetwork
from tests.support.visiting import Sight

TIMEOUT_SECONDS = 20
# After these nobody is signed in any more, and all that follows would only meet the sign-in page.
ENDS_SESSIONS = ("/sign-out", "/sessions/end", "/password")
WRONG: dict[str, str | bytes] = {
    "NUL": "a\x00b",
    "bidi": "a\u202eb",
    "a line end": "a\r\nSet-Cookie: x=y",
    "bytes": b"\xed\xa0\x80\xff",
    "long": "x" * 70_000,
    "rather long": "x" * 300,
    "nothing": "",
    "below": "-1",
    "far beyond": "99999999999999999999",
    "infinite": "1e400",
    "not a number": "NaN",
    "Arabic digits": "٣",
    "another day": "2026-02-30",
    "the last day": "9999-12-31",
    "the first day": "0001-01-01",
    "no such hour": "2026-11-12T25:61",
    "no such hour that day": "2026-03-29T02:30",
    "a template": "<b>{{7*7}}%s{0}",
    "a formula": '=HYPERLINK("http://x.example")',
    "a way out": "../../etc/passwd",
    "a script": "javascript:alert(1)",
}


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

    def _read(self, method: str, path: str, **options: object) -> Page:
        answer = self._session.request(
            method,
            urljoin(self.origin, path),
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
            **options,  # type: ignore[arg-type]
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
                about = ("hub" if sight.site == "hub" else "node", _shape(path), name)
                if name == "csrf_token" or about in seen:
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


def _shape(path: str) -> str:
    """A path without what differs from one thing to the next: its ids and numbers."""
    return "/".join("…" if any(letter.isdigit() for letter in part) else part for part in path.split("/"))
