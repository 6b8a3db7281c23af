"""How long every page takes in a whole network: the hub's and those of three nodes, as each kind of user sees them.

The network is that of `make demo SPACES=97`, made by the demo as a process of its own. Pages are found as people find them, by
following links from the first one; of pages that differ only in whom or what they show, a few are asked. Every list is also
searched, and asked for its last page, which is where a list that is read as a whole is slowest.
"""

import contextlib
import http.cookiejar
import json
import re
import signal
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.processes import ROOT
from bench.wire import Wire

PASSWORD = "sample words for the demo"  # noqa: S105 - known to everybody, and accepted on loopback alone
EMPTY = "/healthz"
SLOW_MS = 200
LOOKS, LOOKS_A_WARM_UP, OF_A_KIND = 20, 10, 2
# A list can be asked for by its search, order, page, month, topic … at once: that of any two is measured, unless told otherwise.
CHOICES = 2
READY_SECONDS, LOOK_SECONDS = 3_600, 1.0
LINK = re.compile(r'<a [^>]*href="(/[^"#]*)"')
SEARCH = re.compile(r'<form class="filter-bar" method="get"[^>]*?(?: action="([^"]*)")?>(.*?)</form>', re.S)
NEXT = re.compile(r'<p>Page \d+ of (\d+)</p>\s*<a [^>]*rel="next" href="([^"]*)"')
WORD = "sample"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
SLUG = re.compile(r"(?<=/)(?:esempio-[a-z-]+|wecreate-nyc|thecube-london)")
# What changes something by being read, or is no page.
LEFT_OUT = re.compile(r"/(static|sign-out|welcome)|\.(ics|csv)|[?&]lang=")


@dataclass
class Visitor:
    """Somebody signed in at a service."""

    url: str
    role: str
    cookie: str


def measure(spaces: int, windows: int | None, folder: Path, *, looks: int = LOOKS, choices: int = CHOICES) -> dict[str, Any]:
    """Make the network, and ask for every page of it."""
    with _network(spaces, windows, folder) as accounts:
        return {"spaces": spaces, "pages": [row for account in accounts for row in _pages(_signed_in(account), looks, choices)]}


def slow(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The pages that take longer than they should, the slowest first."""
    return sorted((row for row in found["pages"] if row["p95_ms"] > SLOW_MS), key=lambda row: -row["p95_ms"])


def summary(found: dict[str, Any]) -> Iterator[str]:
    """The file in lines for people."""
    yield f"{'service':24}{'role':10}{'page':44}{'p50 ms':>9}{'p95 ms':>9}{'of empty':>10}{'kB':>7}"
    for row in found["pages"]:
        numbers = f"{row['p50_ms']:>9}{row['p95_ms']:>9}{row['of_empty']:>10}{row['size'] // 1000:>7}"
        yield f"{row['service']:24}{row['role']:10}{row['page'][:43]:44}{numbers}"
    late = slow(found)
    names = ", ".join(f"{row['role']} {row['page']}" for row in late) or "none"
    yield f"{len(found['pages'])} pages, {len(late)} of them over {SLOW_MS} ms (p95): {names}"


@contextlib.contextmanager
def _network(spaces: int, windows: int | None, folder: Path) -> Iterator[list[dict[str, str]]]:
    """The demo's network while it serves; who can sign in."""
    ready = folder / "whole" / "files" / "accounts.json"
    ready.unlink(missing_ok=True)
    more = [] if windows is None else ["--windows", str(windows)]
    words = [sys.executable, "-m", "demo", "--spaces", str(spaces), "--folder", str(folder), "--port", "9400", *more]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.DEVNULL) as demo:
        try:
            _wait_for(ready, demo)
            yield json.loads(ready.read_text("utf-8"))
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait()


def _wait_for(ready: Path, demo: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not ready.exists():
        if demo.poll() is not None or time.monotonic() > deadline:
            raise TimeoutError("The network has not come about.")
        time.sleep(LOOK_SECONDS)


def _signed_in(account: dict[str, str]) -> Visitor:
    """Sign in as a browser does, and keep its cookies."""
    jar = http.cookiejar.CookieJar()
    handlers = (urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(jar))
    browser = urllib.request.build_opener(*handlers)
    page = browser.open(f"{account['url']}/sign-in").read().decode()
    token = TOKEN.search(page)
    form = {"csrf_token": token.group(1) if token else "", "email": account["email"], "password": PASSWORD}
    browser.open(f"{account['url']}/sign-in", urllib.parse.urlencode(form).encode())
    return Visitor(account["url"], account["role"], "; ".join(f"{one.name}={one.value}" for one in jar))


def _pages(visitor: Visitor, looks: int, choices: int) -> Iterator[dict[str, Any]]:
    """Every page that this person comes to by links, each asked again and again."""
    wire = Wire(visitor.url, {"Cookie": visitor.cookie, "Accept-Language": "en"})
    empty = _timed(wire, EMPTY, looks)[0]
    waiting, seen = ["/"], dict[str, int]()
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if seen.get(kind, 0) >= OF_A_KIND:
            continue
        seen[kind] = seen.get(kind, 0) + 1
        status, body = wire.call("GET", path)
        if status not in (200, 303):
            continue
        page = body.decode()
        # The last page before the next one, which is of the same kind.
        found = (*last_pages_of(page, path), *searches_of(page, path), *links_of(page))
        waiting += [one for one in found if one.count("=") <= choices and seen.get(kind_of(one), 0) < OF_A_KIND]
        if status == 200 and seen[kind] == 1:
            took = _timed(wire, path, looks)
            yield _row(visitor, kind, took, len(body), empty)


def links_of(page: str) -> list[str]:
    """Where one can go from a page."""
    found = (link.replace("&amp;", "&") for link in LINK.findall(page))
    return list(dict.fromkeys(link for link in found if not LEFT_OUT.search(link)))


def searches_of(page: str, path: str) -> list[str]:
    """The same list with a word searched for, where it can be searched."""
    here = path.partition("?")[0]
    return [f"{action or here}?q={WORD}" for action, fields in SEARCH.findall(page) if 'name="q"' in fields]


def last_pages_of(page: str, path: str) -> list[str]:
    """The last page of each list that has several: the address of its next one, with the number of the last."""
    here, found = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(path).query)), []
    for count, link in NEXT.findall(page):
        to, _, query = link.replace("&amp;", "&").partition("?")
        named = dict(urllib.parse.parse_qsl(query))
        changed = {name: count for name, value in named.items() if here.get(name) != value}
        found.append(f"{to}?{urllib.parse.urlencode(named | changed)}")
    return found


def kind_of(path: str) -> str:
    """A page's address without whom or what it shows, and with the names of its query alone."""
    parts = urllib.parse.urlsplit(path)
    names = "&".join(sorted(name for name, _ in urllib.parse.parse_qsl(parts.query)))
    return SLUG.sub("{slug}", ID.sub("{id}", parts.path)) + (f"?{names}" if names else "")


def _timed(wire: Wire, path: str, looks: int) -> tuple[float, float]:
    """The middle and the slow end, in ms."""
    took, warm_ups = [], looks // LOOKS_A_WARM_UP
    for number in range(warm_ups + looks):
        began = time.perf_counter()
        wire.call("GET", path)
        if number >= warm_ups:
            took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took), statistics.quantiles(took, n=20)[18]


def _row(visitor: Visitor, kind: str, took: tuple[float, float], size: int, empty: float) -> dict[str, Any]:
    p50, p95 = (round(one, 1) for one in took)
    where = urllib.parse.urlsplit(visitor.url).netloc
    return {"service": where, "role": visitor.role, "page": kind, "p50_ms": p50, "p95_ms": p95} | {
        "of_empty": round(p50 / empty, 1),
        "size": size,
    }
